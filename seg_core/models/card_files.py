"""Reads and writes the card of a released model in its folder. Its schema stands in `card`."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from seg_core.errors import ModelError
from seg_core.models.card import Card
from seg_core.models.card_text import card_text
from seg_core.models.checksums import CHECKSUMS, sha256_of, write_checksums
from seg_core.models.file_names import CARD_JSON, CARD_TEXT
from seg_core.whole_files import write_whole


def read_card(folder: Path) -> Card:
    """The card of the released model in `folder`. Raises ModelError, naming file and field."""
    path = folder / CARD_JSON
    try:
        card = Card.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ModelError(
            f"{path}: expected a model's card, found none ({error.strerror}). "
            "Release the model anew, or take the folder away."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ModelError(
            f"{path}: expected a card of format 1, found in {field}: {first['msg']}. "
            "Release the model anew, or take the folder away."
        ) from error
    if folder.name != card.version or folder.parent.name != card.name:
        raise ModelError(
            f"{path}: expected the card of {folder.parent.name} version {folder.name}, found "
            f"{card.name} version {card.version}. Rename the folders to match the card."
        )
    return card


def write_card(folder: Path, card: Card) -> Card:
    """Write card.json, card.md and checksums.txt beside the other files; the card as written.

    `files` is filled from what lies in `folder`. Raises ModelError when one of the card's
    `files_beside` is missing.
    """
    files = card.files_beside
    for name in files:
        if not (folder / name).is_file():
            raise ModelError(
                f"{folder}: expected {name} before its card, found none. Write it first."
            )
    sums = {name: sha256_of(folder / name) for name in files}
    card = card.model_copy(update={"files": sums})
    (folder / CHECKSUMS).unlink(missing_ok=True)  # never a list that speaks of another card
    write_whole(folder / CARD_JSON, card.model_dump_json(indent=2) + "\n")
    write_whole(folder / CARD_TEXT, card_text(card))
    write_checksums(folder, (*files, CARD_JSON, CARD_TEXT))
    return card
