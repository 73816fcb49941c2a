"""The part of `evaluate` for images sorted by class. It prints; the work is the core's."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from seg_core.cli.evaluate_patients import DONE, SOME_UNREADABLE, bars
from seg_core.own_output import refuse_foreign_output

if TYPE_CHECKING:
    from seg_core.evaluation.grey_set import GreySubject
    from seg_core.evaluation.grey_stored import StoredGrey


def evaluate_grey(
    subject: str, data: Sequence[Path], out: Path, *, engine: str, quiet: bool
) -> int:
    """Measure a run or a model on images by class, write the report, and return the exit code.

    How far it is stands in `out` meanwhile, for the page that started it.
    Raises NothingToRead where no image can be read.
    """
    from seg_core.evaluation.grey_files import list_grey_files
    from seg_core.evaluation.grey_report import write_grey_report
    from seg_core.evaluation.progress import Step, in_folder
    from seg_core.evaluation.written_names import OF_CLASSES

    refuse_foreign_output(out, OF_CLASSES, "an evaluation of images by class")
    found = list_grey_files(data)
    with bars(quiet=quiet) as seen, in_folder(out, also=seen) as on_step:
        on_step(Step("loading the network"))
        judged = grey_subject(subject, engine)

        def progress(done: int, of: int) -> None:
            on_step(Step("measuring", done, of, "images"))

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
    from seg_core.evaluation.grey_words import (
        NOT_CALIBRATED,
        false_positive_words,
        least_words,
        seen_words,
        table_head,
        table_rows,
    )
    from seg_core.notice import NOTICE

    one, console = stored.evaluation, Console()
    for least in LEAST_PX:
        title = f"{one.subject}: images with a mask, by pixel threshold. {least_words(least)}"
        table = Table(*table_head(one), title=title)
        for row in table_rows(stored.images, one, least):
            table.add_row(*row)
        console.print(table)
    for said in (*false_positive_words(stored), seen_words(one), NOT_CALIBRATED, NOTICE):
        if said:
            console.print(said, markup=False, highlight=False)
