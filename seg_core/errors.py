"""Every error that Second Reader raises on purpose. It handles none of them.

SecondReaderError
├── InputError              a file or folder given to us is not what it should be
│   ├── ImageRefused        one image: corrupt, empty, too large, of a wrong kind
│   ├── ArchiveRefused      one zip: unsafe member, bomb, corrupt
│   ├── MaskRefused         one mask does not fit its slice
│   └── NothingToRead       no readable slice in the whole input
├── SettingsError           an environment variable or settings value
├── RecipeError             a training setting; names the field
├── SplitError              a split that cannot be made or does not fit the data
├── RunError                a training run: missing, busy, damaged
│   └── DiskFull            a state cannot be written; the last good one is kept
├── ModelError              a released model: missing, of a wrong version
│   └── ChecksumMismatch    a model's file is not the one its card names
├── PretrainedError         pretrained weights that are missing, changed or do not fit
├── EngineError             an engine cannot load or carry out a network
├── JobError                a command could not be started or found
├── StoreError              the database
└── ReadError               a reviewer's read: nobody's, sealed already, or not as asked
"""

from __future__ import annotations


class SecondReaderError(Exception):
    """The root: whatever is shown to a user as one plain sentence."""


class InputError(SecondReaderError):
    """A given file is not what was expected.

    The message always has the four parts a user needs: which file, what was
    expected, what was found, what to do.
    """

    def __init__(self, file: str, *, expected: str, found: str, do: str) -> None:
        self.file, self.expected, self.found, self.do = file, expected, found, do
        super().__init__(f"{file}: expected {expected}, found {found}. {do}")

    @property
    def reason(self) -> str:
        """The message without the file's name, for lists that have a column for it."""
        return f"expected {self.expected}, found {self.found}. {self.do}"


class ImageRefused(InputError):
    """One image that cannot be read, or must not be decoded."""


class ArchiveRefused(InputError):
    """One archive that is damaged or unsafe; nothing of it is used."""


class MaskRefused(InputError):
    """One mask that does not fit its slice; the slice itself is kept."""


class NothingToRead(InputError):
    """The whole input holds no readable slice."""


class SettingsError(SecondReaderError):
    """A setting from the environment cannot be used."""


class RecipeError(SecondReaderError):
    """A training setting cannot be used; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(f"{field}: {message}")


class SplitError(SecondReaderError):
    """A split cannot be made, or does not fit the data at hand."""


class RunError(SecondReaderError):
    """A training run is missing, busy or damaged."""


class DiskFull(RunError):
    """There is no room for a further state; the last one written is whole."""


class ModelError(SecondReaderError):
    """A released model is missing or cannot be used."""


class ChecksumMismatch(ModelError):
    """A model's file differs from the one that its card describes."""


class PretrainedError(SecondReaderError):
    """Pretrained weights are missing, changed, or belong to another network."""


class EngineError(SecondReaderError):
    """An engine is missing or cannot carry out a network."""


class JobError(SecondReaderError):
    """A command carried out elsewhere could not be started, found or stopped."""


class StoreError(SecondReaderError):
    """The database cannot be opened or written."""


class ReadError(SecondReaderError):
    """A reviewer's read cannot be begun, sealed or answered as asked; nothing was stored."""
