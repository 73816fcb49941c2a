"""The part of `evaluate` for patients with masks. It prints; the work is the core's."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from seg_core.own_output import refuse_foreign_output

if TYPE_CHECKING:
    from seg_core.evaluation.full_report import Judged
    from seg_core.evaluation.progress import OnStep, Step
    from seg_core.evaluation.report import Evaluation

DONE, SOME_UNREADABLE = 0, 3


def evaluate_patients(
    subject: str,
    data: Sequence[Path],
    out: Path,
    *,
    part: str,
    seen_too: bool,
    engine: str,
    quiet: bool,
) -> int:
    """Measure a run or a model on patients, write the report, and return the exit code.

    How far it is stands in `out` meanwhile, for the page that started it.
    """
    from seg_core.data.split import PARTS
    from seg_core.evaluation.full_report import write_full_report
    from seg_core.evaluation.progress import in_folder
    from seg_core.evaluation.written_names import OF_PATIENTS

    if part not in PARTS:
        raise typer.BadParameter(f"--part: expected one of {', '.join(PARTS)}, received {part!r}.")
    refuse_foreign_output(out, OF_PATIENTS, "an evaluation of patients")
    with bars(quiet=quiet) as seen, in_folder(out, also=seen) as on_step:
        judged = judge(subject, data, part, seen_too, engine, on_step)
        write_full_report(out, judged, on_step)
    for lost in judged.evaluation.left_out:
        print(f"left out {lost.file}: {lost.reason}", file=sys.stderr)
    print_evaluation(judged.evaluation)
    if not quiet:
        print(f"Written to {out / 'report.html'} and beside it.")
    return SOME_UNREADABLE if judged.evaluation.left_out else DONE


def judge(
    subject: str,
    data: Sequence[Path],
    part: str,
    seen_too: bool,
    engine: str,
    on_step: OnStep,
) -> Judged:
    """The run or the released model of that name, measured. Raises ModelError.

    A model knows two parts: its validation patients, and as `test` those never seen.
    """
    from seg_core.errors import RunError
    from seg_core.evaluation.progress import Step
    from seg_core.inference import make_engine
    from seg_core.models import find_model
    from seg_core.settings import load_settings
    from seg_core.training.judge import under_test
    from seg_core.training.judge_model import judge_model
    from seg_core.training.run_folder import find_run

    settings = load_settings()
    try:
        run = find_run(settings.runs, subject)
    except RunError:
        model = find_model(settings, subject)
    else:
        on_step(Step("reading the data sets"))
        return under_test(run, data).judged(part, on_step)
    if part == "train":
        raise typer.BadParameter("--part: of a model expected test or validation, received train.")
    on_step(Step("loading the network"))
    made, validation = make_engine(engine), part == "validation"
    return judge_model(model, made, data, seen_too=seen_too, validation=validation, on_step=on_step)


@contextmanager
def bars(*, quiet: bool) -> Iterator[OnStep]:
    """A bar on the error stream, patients done of all; none with --quiet and on a pipe."""
    if quiet or not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def on_step(step: Step) -> None:
            progress.update(
                task, description=step.stage, completed=step.done, total=step.of or None
            )

        yield on_step


def print_evaluation(evaluation: Evaluation) -> None:
    """The figures as a table on the screen."""
    from rich.console import Console
    from rich.table import Table

    from seg_core.evaluation.report import as_table
    from seg_core.notice import NOTICE

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
