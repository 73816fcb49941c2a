"""`digests`: a model released before there were digests gets those of its training slices."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def digests(
    model: Annotated[str, typer.Argument(help="NAME or NAME/VERSION of a released model.")],
    data: Annotated[
        list[Path], typer.Option(help="A data set that it was trained on; repeatable.")
    ],
    images: Annotated[
        list[Path] | None,
        typer.Option(help="A folder of grey images that it was trained on; repeatable."),
    ] = None,
    in_place: Annotated[
        bool,
        typer.Option("--in-place", help="Into this very version, which nobody has read with yet."),
    ] = False,
) -> None:
    """Let a model know its training patients by their pixels, so that no copy passes for new."""
    from seg_core.models import find_model
    from seg_core.models.routing import default_words
    from seg_core.settings import load_settings
    from seg_core.training.add_digests import add_digests, add_digests_next

    settings = load_settings()
    found = find_model(settings, model)
    if in_place:
        made = add_digests(found, data, images or ())
    else:
        made = add_digests_next(settings, found, data, images or ())
    print(f"It knows {made.card.data.seen_slices:,} slices by their pixels.", file=sys.stderr)
    if not in_place and (words := default_words(made.name)):
        print(words, file=sys.stderr)
    print(made.folder)
