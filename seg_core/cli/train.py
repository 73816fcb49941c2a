"""`train`, `resume`, `runs`, `stop`: training runs from the command line."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seg_core.errors import SecondReaderError
from seg_core.settings import load_settings

if TYPE_CHECKING:
    from seg_core.training.run_folder import RunFolder

WAIT = "Where another run holds the device, wait for its end."
DEVICE = (
    "`cpu`, a GPU such as gpu:0, or several that share each batch: gpu:0,gpu:1. Without it, what "
    "CUDA_VISIBLE_DEVICES names, else the first GPU, else the processor."
)


def train(
    data: Annotated[list[Path], typer.Option(help="A data set in the Kaggle layout; repeatable.")],
    recipe: Annotated[str, typer.Option(help="A named recipe.")] = "paper",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="A changed setting, such as epochs=20 or network.filters=8."),
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="`patient` (default), `folds`, or `slice`, which leaks.")
    ] = None,
    run_id: Annotated[str | None, typer.Option(help="A name for the run.")] = None,
    device: Annotated[str | None, typer.Option(help=DEVICE)] = None,
    negatives: Annotated[
        list[Path] | None,
        typer.Option(help="A folder of grey images without tumour to train on too; repeatable."),
    ] = None,
    positives: Annotated[
        list[Path] | None,
        typer.Option(
            help="A folder of grey images with a tumour that nobody outlined, to train on too; "
            "repeatable."
        ),
    ] = None,
    begin_with: Annotated[
        str | None,
        typer.Option(help="A run of the same split whose best network is where this one begins."),
    ] = None,
    wait: Annotated[bool, typer.Option(help=WAIT)] = False,
    quiet: Annotated[bool, typer.Option(help="Say nothing but errors.")] = False,
) -> None:
    """Train a network; stop it with Ctrl-C, go on with `resume`."""
    from seg_core.data.split import SLICE_SPLIT_WARNING
    from seg_core.training.device_choice import use_devices
    from seg_core.training.recipe import parse_settings, recipe_named
    from seg_core.training.run_folder import find_run
    from seg_core.training.worker import train as carry_out

    changes = parse_settings(set_ or [])
    if split is not None:
        changes["split.kind"] = split
    resolved = recipe_named(recipe).changed(changes)
    if resolved.split.kind == "slice":
        print(f"Warning. {SLICE_SPLIT_WARNING}", file=sys.stderr)
    use_devices(device)
    settings = load_settings()
    _log_to_screen(quiet)
    with _stop_is_130():
        run = carry_out(
            data,
            resolved,
            settings,
            run_id,
            wait=wait,
            negatives=negatives or (),
            positives=positives or (),
            begin_with=find_run(settings.runs, begin_with) if begin_with else None,
        )
        print(run.path)


def resume(
    run: Annotated[str, typer.Argument(help="The run's name.")],
    best: Annotated[
        bool, typer.Option(help="From the best epoch with a fresh patience, not from the last.")
    ] = False,
    device: Annotated[str | None, typer.Option(help=DEVICE)] = None,
    wait: Annotated[bool, typer.Option(help=WAIT)] = False,
    quiet: Annotated[bool, typer.Option(help="Say nothing but errors.")] = False,
) -> None:
    """Go on with a run that was stopped, died, or ended early."""
    from seg_core.training.device_choice import use_devices
    from seg_core.training.run_folder import find_run
    from seg_core.training.worker import resume as carry_out

    use_devices(device)
    settings = load_settings()
    _log_to_screen(quiet)
    with _stop_is_130():
        found = find_run(settings.runs, run)
        print(carry_out(found, settings, from_best=best, wait=wait).path)


def stop(run: Annotated[str, typer.Argument(help="The run's name.")]) -> None:
    """Ask a run to stop after the current step, with its state saved."""
    from seg_core.training.run_folder import find_run

    find_run(load_settings().runs, run).ask("stop")


def runs() -> None:
    """List runs, the one that began last first: state, epoch, best value, why it ended."""
    from seg_core.training.run_folder import list_runs

    rows = [("run", "state", "epoch", "best", "reason")]
    rows += [_row(run) for run in list_runs(load_settings().runs)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:  # no frame, which would cut names: they are what other commands are given
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())


def _row(run: RunFolder) -> tuple[str, str, str, str, str]:
    try:
        status = run.status()
    except (SecondReaderError, ValueError) as error:  # a damaged run hides no other
        return run.id, "damaged", "-", "-", _in_a_line(str(error))
    best = "-" if status.best_value is None else f"{status.monitor} {status.best_value:.4f}"
    epoch = f"{status.epoch}/{status.epochs}"
    return run.id, status.state, epoch, best, _in_a_line(status.reason)


def _in_a_line(text: str) -> str:
    return " ".join(text.split())


def _log_to_screen(quiet: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("seg_core")
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING if quiet else logging.INFO)


class _stop_is_130:
    """A run that the user stopped leaves with exit code 130."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from seg_core.training.trainer import Stopped

        if isinstance(error, Stopped):
            print("stopped; `resume` goes on from here", file=sys.stderr)
            raise SystemExit(130)
