"""`evaluate`: a run or a released model, measured. It only sends the work on by kind of data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    subject: Annotated[str, typer.Argument(help="A run's or a released model's name.")],
    data: Annotated[list[Path], typer.Option(help="A data set in the Kaggle layout; repeatable.")],
    out: Annotated[Path, typer.Option(help="Folder for report.html, figures.json, tables as CSV.")],
    part: Annotated[
        str,
        typer.Option(
            help="Of a run: test, validation or train of its own split. Of a model: validation "
            "for the patients that chose its thresholds; else those it never saw."
        ),
    ] = "test",
    seen_too: Annotated[
        bool, typer.Option(help="Of a model: also patients that it was trained on; flatters.")
    ] = False,
    engine: Annotated[str, typer.Option(help="Of a model: auto, openvino or tensorflow.")] = "auto",
    quiet: Annotated[bool, typer.Option(help="Print nothing but the table.")] = False,
    by_class: Annotated[
        bool,
        typer.Option(
            help="DATA holds images without masks, a folder a class; else its shape tells."
        ),
    ] = False,
) -> None:
    """The paper's table and the rest: Dice a patient, ROC, reliability, groups, pictures, HTML.

    Exit codes: 0 done; 3 some inputs could not be read, the rest is written; 4 none could.
    Of images without masks, a folder a class (glioma, notumor, ...): how many get a mask.
    """
    from seg_core.evaluation.grey_files import all_grey

    if all_grey(data, forced=by_class):
        from seg_core.cli.evaluate_grey import evaluate_grey

        raise typer.Exit(evaluate_grey(subject, data, out, engine=engine, quiet=quiet))
    from seg_core.cli.evaluate_patients import evaluate_patients

    code = evaluate_patients(
        subject, data, out, part=part, seen_too=seen_too, engine=engine, quiet=quiet
    )
    raise typer.Exit(code)
