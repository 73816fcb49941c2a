"""The part of `evaluate` for images sorted by class. It prints; the work is the core's."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seg_core.evaluation.grey_set import GreySubject, Progress
    from seg_core.evaluation.grey_stored import StoredGrey

DONE, SOME_UNREADABLE = 0, 3


def evaluate_grey(
    subject: str, data: Sequence[Path], out: Path, *, engine: str, quiet: bool
) -> int:
    """Measure a run or a model on images by class, write the report, and return the exit code.

    Raises NothingToRead where no image can be read.
    """
    from seg_core.evaluation.grey_files import list_grey_files
    from seg_core.evaluation.grey_report import write_grey_report

    found = list_grey_files(data)
    judged = grey_subject(subject, engine)
    with image_bar(quiet=quiet) as progress:
        stored = write_grey_report(out, found, judged, data, progress)
    for lost in stored.evaluation.refused:
        print(f"skipped {lost.file}: {lost.reason}", file=sys.stderr)
    print_grey(stored)
    if not quiet:
        print(f"Written to {out / 'report.html'} and beside it.")
    return SOME_UNREADABLE if stored.evaluation.refused else DONE


def grey_subject(name: str, engine: str) -> GreySubject:
    """The run or the released model of that name, made ready. Raises ModelError."""
    from seg_core.errors import RunError
    from seg_core.inference import make_engine
    from seg_core.models import find_model
    from seg_core.settings import load_settings
    from seg_core.training.judge_grey import grey_model, grey_run
    from seg_core.training.run_folder import find_run

    settings = load_settings()
    try:
        run = find_run(settings.runs, name)
    except RunError:
        return grey_model(find_model(settings, name), make_engine(engine))
    return grey_run(run)


def print_grey(stored: StoredGrey) -> None:
    """Shares of images with a mask as a table on the screen, false positives in a sentence."""
    from rich.console import Console
    from rich.table import Table

    from seg_core.evaluation.grey_figures import LEAST_PX
    from seg_core.evaluation.grey_html import (
        NOT_CALIBRATED,
        false_positive_words,
        least_words,
        table_head,
        table_rows,
    )
    from seg_core.evaluation.report import NOTICE

    one, console = stored.evaluation, Console()
    for least in LEAST_PX:
        title = f"{one.subject}: images with a mask, by pixel threshold. {least_words(least)}"
        table = Table(*table_head(one), title=title)
        for row in table_rows(stored.images, one, least):
            table.add_row(*row)
        console.print(table)
    for said in (*false_positive_words(stored), NOT_CALIBRATED, NOTICE):
        console.print(said, markup=False, highlight=False)


@contextmanager
def image_bar(*, quiet: bool) -> Iterator[Progress | None]:
    """A bar of images on the error stream; None with --quiet and on a pipe."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("images"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("images", total=None)

        def progress(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield progress
