"""What a data set is and by whose terms, for the card of what is trained on it. It opens no image.

A data set may say it itself, in `dataset.json` at the top of its folder:
{"name": ..., "source": ..., "licence": ...}. The two sets that this project knows are also told by
the names in them; of any other that says nothing, a card says that nothing was stated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from seg_core.errors import InputError

DESCRIPTION = "dataset.json"

NOT_STATED = "not stated"


class Description(BaseModel):
    """A data set's name, where it comes from, and the terms that bind what learns from it."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    name: str = Field(min_length=1)
    source: str = NOT_STATED
    licence: str = Field(NOT_STATED, validation_alias=AliasChoices("licence", "license"))


LGG = Description(
    name="LGG segmentation set (TCGA-LGG; Buda et al. 2019)",
    source="Kaggle mateuszbuda/lgg-mri-segmentation; images from The Cancer Imaging Archive",
    licence="CC BY-NC-SA 4.0 as published on Kaggle; images CC BY 3.0",
)

GREY = Description(
    name="grey images by class (Brain Tumor MRI Dataset)",
    source="Kaggle masoudnickparvar/brain-tumor-mri-dataset",
    licence="as published there",
)

LGG_PATIENT = re.compile(r"TCGA_[A-Z]{2}_\w{4}_\d{8}")
GREY_IMAGE = re.compile(r"(.*/)?T[re]-(gl|me|no|pi)(T[re])?_\d+\.jpg")


def describe_patients(folders: Sequence[Path], patients: Collection[str]) -> Description:
    """What patients were read from, by their folders' own words or by their names.

    Raises InputError where a folder's dataset.json is not one.
    """
    return _described(folders, patients, LGG_PATIENT, LGG)


def describe_images(folders: Sequence[Path], images: Collection[str]) -> Description:
    """The same of images by class, named as their run names them: `notumor/Tr-no_0010.jpg`."""
    return _described(folders, images, GREY_IMAGE, GREY)


def together(found: Sequence[Description]) -> Description:
    """Several as one, each of their words once."""
    name, source, licence = (
        "; ".join(dict.fromkeys(getattr(one, field) for one in found))
        for field in ("name", "source", "licence")
    )
    return Description(name=name, source=source, licence=licence)


def is_lgg(patients: Collection[str]) -> bool:
    """Whether all of the patients bear names of the LGG set."""
    return _all_called(LGG_PATIENT, patients)


def _all_called(pattern: re.Pattern[str], names: Collection[str]) -> bool:
    return bool(names) and all(pattern.fullmatch(name) for name in names)


def _described(
    folders: Sequence[Path], names: Collection[str], known_name: re.Pattern[str], known: Description
) -> Description:
    said = {folder: _own_words(folder) for folder in folders}
    silent = [folder.name for folder, words in said.items() if words is None]
    found = [words for words in said.values() if words is not None]
    if silent and _all_called(known_name, names):
        found.append(known)
    elif silent:
        found += [Description(name=f"folder {name}") for name in silent]
    return together(found or [Description(name=NOT_STATED)])


def _own_words(folder: Path) -> Description | None:
    path = folder / DESCRIPTION
    try:
        return Description.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, ValidationError) as error:
        raise InputError(
            str(path),
            expected='{"name": ..., "source": ..., "licence": ...}',
            found=" ".join(str(error).split()),
            do="Correct the file, or take it away.",
        ) from error
