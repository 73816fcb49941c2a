"""`crossvalidate`: the runs of a protocol's folds, judged together out-of-fold."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from seg_core.own_output import refuse_foreign_output
from seg_core.settings import load_settings


def crossvalidate(
    runs: Annotated[list[str], typer.Argument(help="One run a fold, all of one recipe.")],
    out: Annotated[Path, typer.Option(help="Folder for figures.json and tables as CSV.")],
    beside: Annotated[
        list[str] | None,
        typer.Option(
            help="A further run on one of the folds, to read together with it; repeatable."
        ),
    ] = None,
    data: Annotated[
        list[Path] | None, typer.Option(help="Where the data sets lie now; repeatable.")
    ] = None,
    grey: Annotated[
        list[Path] | None,
        typer.Option(help="Images by class to judge too, by runs that left them out; repeatable."),
    ] = None,
    flips: Annotated[
        bool, typer.Option(help="Read each slice's mirror image too, and average.")
    ] = False,
    mirrored_from: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="The same where a slice's strongest probability is at least this.",
        ),
    ] = None,
    mirrored_unsure: Annotated[
        float,
        typer.Option(min=0, max=1, help="Of those, slices with at least this share of doubt."),
    ] = 0.0,
    second_opinion: Annotated[
        bool,
        typer.Option("--second-opinion", help="Ask --beside about those slices only, both ways."),
    ] = False,
    pixels: Annotated[
        bool, typer.Option("--pixels", help="Calibrate probabilities on the pixels around tumour.")
    ] = False,
    int8: Annotated[
        bool, typer.Option("--int8", help="Also what eight bits cost, each fold's network on it.")
    ] = False,
    quiet: Annotated[bool, typer.Option(help="Print nothing but the table.")] = False,
) -> None:
    """Judge every patient by the run that left it out, and pool the figures.

    A fold's confidences, and with --pixels its probabilities, are calibrated on the others.
    """
    from seg_core.cli.evaluate_grey import print_grey
    from seg_core.cli.evaluate_patients import bars, print_evaluation
    from seg_core.cli.quantise import cost_line
    from seg_core.evaluation.grey_stored import GREY
    from seg_core.evaluation.stored import FIGURES
    from seg_core.models.card import Mirroring
    from seg_core.training.cross_validation import cross_validate
    from seg_core.training.judge_grey import write_grey_folds
    from seg_core.training.out_of_fold import GREY_FOLDER, WRITTEN
    from seg_core.training.quantise_folds import quantise_folds
    from seg_core.training.run_folder import find_run

    if beside and grey:
        raise typer.BadParameter("--grey judges the networks of --beside by themselves: leave one")
    if flips and mirrored_from is not None:
        raise typer.BadParameter("--flips reads every mirror image: leave it or --mirrored-from")
    if pixels and mirrored_from is not None:
        raise typer.BadParameter("--mirrored-from looks at what --pixels changes: leave one")
    if mirrored_unsure and mirrored_from is None:
        raise typer.BadParameter("--mirrored-unsure is of --mirrored-from: give that too")
    if second_opinion and (not beside or mirrored_from is None):
        raise typer.BadParameter("--second-opinion is of --beside and --mirrored-from: give both")
    refuse_foreign_output(out, WRITTEN, "a cross-validation")
    found_runs = [find_run(load_settings().runs, name) for name in runs]
    further = [find_run(load_settings().runs, name) for name in beside or ()]
    with bars(quiet=quiet) as on_step:
        found = cross_validate(
            found_runs,
            out,
            data or (),
            on_step,
            beside=further,
            flips=flips,
            mirroring=None if mirrored_from is None else Mirroring(mirrored_from, mirrored_unsure),
            second_opinion=second_opinion,
            pixels=pixels,
        )
        stored = write_grey_folds(out / GREY_FOLDER, found_runs, found.as_read, grey or (), on_step)
        cost = (
            quantise_folds(found_runs, out, data or (), on_step, beside=further) if int8 else None
        )
    print_evaluation(found.evaluation)
    if cost is not None:
        print(cost_line(cost))
    if stored is not None:
        print_grey(stored)
    lost = [one.file for one in found.evaluation.left_out]
    _say_left_out("patients of the protocol", [n for n in lost if "/" not in n], out / FIGURES)
    _say_left_out("images of patients", [name for name in lost if "/" in name], out / FIGURES)
    if stored is not None:
        refused = [one.file for one in stored.evaluation.refused]
        _say_left_out("images by class", refused, stored.folder / GREY)
    if found.missing:
        missing = ", ".join(map(str, found.missing))
        print(f"Not the whole protocol: no run stands for fold {missing}.")


def _say_left_out(what: str, names: Sequence[str], file: Path) -> None:
    """In a line, though it were hundreds; `file` holds the reason of each."""
    from seg_core.training.few_names import few_names

    if names:
        print(f"left out {len(names)} {what}: {few_names(names)}; see {file}", file=sys.stderr)
