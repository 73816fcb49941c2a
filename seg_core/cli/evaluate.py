"""`evaluate`: a run or a released model, measured on patients with masks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from seg_core.errors import RunError
from seg_core.settings import load_settings


def evaluate(
    subject: Annotated[str, typer.Argument(help="A run's or a released model's name.")],
    data: Annotated[list[Path], typer.Option(help="A data set in the Kaggle layout; repeatable.")],
    out: Annotated[Path, typer.Option(help="Folder for report.html, figures.json, tables as CSV.")],
    part: Annotated[
        str, typer.Option(help="Of a run: test, validation or train of its own split.")
    ] = "test",
    seen_too: Annotated[
        bool, typer.Option(help="Of a model: also patients that it was trained on; flatters.")
    ] = False,
    engine: Annotated[str, typer.Option(help="Of a model: auto, openvino or tensorflow.")] = "auto",
    quiet: Annotated[bool, typer.Option(help="Print nothing but the table.")] = False,
) -> None:
    """The paper's table and the rest: Dice a patient, ROC, reliability, groups, pictures, HTML."""
    from seg_core.evaluation.full_report import write_full_report
    from seg_core.inference import make_engine
    from seg_core.models import find_model
    from seg_core.training.judge import judge_model, under_test
    from seg_core.training.run_folder import find_run

    settings = load_settings()
    with working(f"measuring {subject}", quiet=quiet):
        try:
            run = find_run(settings.runs, subject)
        except RunError:
            model = find_model(settings, subject)
            judged = judge_model(model, make_engine(engine), data, seen_too=seen_too)
        else:
            judged = under_test(run, data).judged(part)
    with working("looking at the slices that were chosen", quiet=quiet):
        write_full_report(out, judged)
    print_evaluation(judged.evaluation)
    if not quiet:
        print(f"Written to {out / 'report.html'} and beside it.")


@contextmanager
def working(what: str, *, quiet: bool) -> Iterator[None]:
    """A line that moves while something is done; still with --quiet and on a pipe."""
    from rich.console import Console

    if quiet or not sys.stderr.isatty():
        yield
        return
    with Console(stderr=True).status(what):
        yield


def print_evaluation(evaluation) -> None:  # type: ignore[no-untyped-def]  # its module is imported late
    """The figures as a table on the screen."""
    from rich.console import Console
    from rich.table import Table

    from seg_core.evaluation.report import NOTICE, as_table

    table = Table("figure", "value", "95 % over patients", "the paper (slice split)")
    table.title = (
        f"{evaluation.subject}: {evaluation.part}, {evaluation.patients} patients, "
        f"{evaluation.slices} slices, split by {evaluation.split_kind}"
    )
    for row in as_table(evaluation):
        table.add_row(*row)
    empty = evaluation.empty
    console = Console()
    console.print(table)
    console.print(
        f"Slices without tumour: {empty.right_empties} right empties, {empty.false_alarms} false "
        f"alarms. Tumour slices: {empty.tumour_slices}, missed wholly: "
        f"{empty.missed_tumour_slices}. {NOTICE}"
    )
