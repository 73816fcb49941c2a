"""`release`: a finished run becomes a released model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from seg_core.settings import load_settings


def release(
    run: Annotated[str, typer.Argument(help="The run's name.")],
    name: Annotated[str, typer.Option(help="Name of the model, such as paper-unet.")],
    beside: Annotated[
        list[str] | None,
        typer.Option(help="A further run whose network reads together with it; repeatable."),
    ] = None,
    data: Annotated[
        list[Path] | None, typer.Option(help="Where the data lies now, if it has moved.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="Folder of models; the workspace's unless given.")
    ] = None,
    out_of_fold: Annotated[
        Path | None,
        typer.Option(help="What `crossvalidate` wrote of the same recipe: the card's figures."),
    ] = None,
    summary: Annotated[str, typer.Option(help="One sentence for the card.")] = "",
    int8: Annotated[
        bool, typer.Option("--int8", help="Also a network in eight bits, as `quantise` makes it.")
    ] = False,
) -> None:
    """Export a run's best network, check it, measure it on test patients, write its card."""
    from seg_core.models.next_version import next_version
    from seg_core.models.routing import default_words
    from seg_core.training.release import release as carry_out
    from seg_core.training.run_folder import find_run

    settings = load_settings()
    models = to or settings.models
    model = carry_out(
        find_run(settings.runs, run),
        name,
        models,
        beside=[find_run(settings.runs, one) for one in beside or ()],
        data=data or (),
        summary=summary,
        out_of_fold=out_of_fold,
        version=next_version(settings, name) if to is None else None,
        int8=int8,
    )
    if to is None and (words := default_words(name)):
        print(words, file=sys.stderr)
    print(model.folder)
