"""`models`: which released models there are, and the card of one. It changes nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seg_core.errors import ModelError

if TYPE_CHECKING:
    from seg_core.models import Card, ReleasedModel

SOME_UNUSABLE = 3


def models(
    name: Annotated[
        str | None, typer.Argument(help="Print the card of NAME or NAME/VERSION.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Hold every file to its checksum too.")
    ] = False,
) -> None:
    """List the released models, or print the card of one.

    Exit codes: 0 done; 2 no such model; 3 some models cannot be used.
    """
    from seg_core.models import find_model
    from seg_core.models.file_names import CARD_TEXT
    from seg_core.settings import load_settings

    settings = load_settings()
    if name is not None:
        print((find_model(settings, name).folder / CARD_TEXT).read_text("utf-8"))
        return
    from seg_core.models.registry import scan_models

    found, refused = scan_models(settings)
    unusable = [skipped.reason for skipped in refused]
    for model in found:
        try:
            print(model_line(model, check=check))
        except ModelError as error:
            unusable.append(str(error))
    if not found:
        places = f"{settings.models} and {settings.shipped_models}"
        print(f"No released model in {places}. `python -m seg_core train --help` makes one.")
    for reason in unusable:
        print(reason, file=sys.stderr)
    raise typer.Exit(SOME_UNUSABLE if unusable else 0)


def model_line(model: ReleasedModel, *, check: bool) -> str:
    """One model in a line. With `check`, raises ModelError or ChecksumMismatch."""
    from seg_core.models import verify

    if check:
        verify(model)
    card = model.card
    parts = [
        f"{card.frame.name} {card.frame.size} x {card.frame.size}",
        f"channels {', '.join(card.channels)}",
        "calibrated" if card.confidence else "not calibrated",
        thresholds(card),
        f"sha256 {model.sha256[:12]}",
        str(Path(model.folder)),
    ]
    if check:
        parts.append("checksums hold")
    return f"{model.label}: {'; '.join(parts)}"


def thresholds(card: Card) -> str:
    """Where reading starts from, and who chose that if a person did."""
    words = f"pixel threshold {card.pixel_threshold:g}, confidence {card.confidence_threshold:g}"
    point = card.operating_point
    return f"{words}, chosen by {point.author} (typed)" if point else words
