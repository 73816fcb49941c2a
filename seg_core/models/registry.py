"""Which released models there are, in the workspace and with the project. It loads no network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from seg_core.errors import ModelError
from seg_core.models.card import Card
from seg_core.models.card_files import read_card
from seg_core.models.checksums import CHECKSUMS, read_checksums, sha256_of, verify_files
from seg_core.settings import Settings
from seg_core.study import Skipped


@dataclass(frozen=True)
class ReleasedModel:
    """A network with its card, as it lies in `folder`: <name>/<version>."""

    folder: Path
    card: Card

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def version(self) -> str:
        return self.card.version

    @property
    def sha256(self) -> str:
        """SHA-256 of checksums.txt: it stands for network, thresholds and calibration alike."""
        return sha256_of(self.folder / CHECKSUMS)

    @property
    def label(self) -> str:
        """`name/version`, as `--model` takes it."""
        return f"{self.name}/{self.version}"


def scan_models(settings: Settings) -> tuple[list[ReleasedModel], list[Skipped]]:
    """Every released model, by name and newest first, and the folders that hold none, with reasons.

    The workspace is looked at before the shipped models: of two with one name and
    version, the workspace's counts.
    """
    found: dict[tuple[str, str], ReleasedModel] = {}
    refused = []
    for root in (settings.models, settings.shipped_models):
        for folder in _version_folders(root):
            try:
                model = open_model(folder)
            except ModelError as error:
                refused.append(Skipped(str(folder), str(error)))
            else:
                found.setdefault((model.name, model.version), model)
    return sorted(found.values(), key=lambda m: (m.name, -int(m.version))), refused


def list_models(settings: Settings) -> list[ReleasedModel]:
    """Every usable released model, by name and newest first."""
    return scan_models(settings)[0]


def open_model(folder: Path) -> ReleasedModel:
    """The released model in one folder. Raises ModelError when its card or a file is missing."""
    model = ReleasedModel(folder, read_card(folder))
    for name in {*model.card.files_beside, *model.card.files, CHECKSUMS}:
        if not (folder / name).is_file():
            raise ModelError(
                f"{folder / name}: expected a file of the released model, found none. "
                "Release or fetch the model anew."
            )
    return model


def find_model(settings: Settings, label: str) -> ReleasedModel:
    """The model called `name` (its newest version) or `name/version`. Raises ModelError."""
    models = list_models(settings)
    for model in models:  # newest first
        if label in (model.name, model.label):
            return model
    raise ModelError(
        f"model {label}: expected one of {_names(models)}, found no such model in "
        f"{settings.models} or {settings.shipped_models}. Type `python -m seg_core models`."
    )


def verify(model: ReleasedModel, names: Iterable[str] | None = None) -> None:
    """Hold the model's files, all or only `names`, to checksums.txt, and its networks to the card.

    Raises ChecksumMismatch or ModelError.
    """
    verify_files(model.folder, names)
    listed = read_checksums(model.folder)
    for name, digest in model.card.files.items():
        if listed.get(name) != digest:
            raise ModelError(
                f"{model.folder / name}: expected the SHA-256 {digest} of card.json, found "
                f"{listed.get(name)} in {CHECKSUMS}. Release the model anew."
            )


def _version_folders(root: Path) -> list[Path]:
    """Folders <root>/<name>/<version>; hidden ones are being written and do not count."""
    if not root.is_dir():
        return []
    folders = (version for name in _folders(root) for version in _folders(name))
    return [folder for folder in folders if folder.name.isdecimal()]


def _folders(parent: Path) -> list[Path]:
    return sorted(f for f in parent.iterdir() if f.is_dir() and not f.name.startswith("."))


def _names(models: Sequence[ReleasedModel]) -> str:
    return ", ".join(model.label for model in models) or "the released models (there is none)"
