"""`segment`: the command around `segment_input`. It prints; the work is the core's."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seg_core.cli.existing import existing
from seg_core.errors import ArchiveRefused, ImageRefused, NothingToRead, SecondReaderError
from seg_core.notice import NOTICE

if TYPE_CHECKING:
    from seg_core.inference import Outcome, Request, Step, Summary
    from seg_core.inference.many_studies import OnStep

DONE, WRONG_USE, SOME_UNREADABLE, NOTHING_READ, STOPPED = 0, 2, 3, 4, 130

Threshold = Annotated[float | None, typer.Option(min=0.0, max=1.0, help="The card's unless given.")]


def segment(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="INPUT",
            parser=existing,
            help="Patient folder, folder of patients, image or zip.",
        ),
    ],
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to.")],
    model: Annotated[str, typer.Option(help="auto, NAME or NAME/VERSION.")] = "auto",
    engine: Annotated[str, typer.Option(help="auto, openvino or tensorflow.")] = "auto",
    precision: Annotated[
        str,
        typer.Option(
            help="Of OpenVINO. auto: int8 where the model has it and its card says that it costs "
            "next to nothing, else f32. bf16: where the processor has it."
        ),
    ] = "auto",
    pixel_threshold: Threshold = None,
    confidence_threshold: Threshold = None,
    batch: Annotated[int, typer.Option(min=1, max=256, help="Slices at a time.")] = 16,
    dicom: Annotated[
        bool,
        typer.Option(
            "--dicom",
            help="Write mask.dcm too, a DICOM segmentation of the series: with the patient's name.",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Find tumour in every study of INPUT; write masks, probabilities and a summary for each.

    Exit codes: 0 done; 2 wrong use; 3 some inputs could not be read, or no DICOM be written of
    them, the rest is written;
    4 nothing could be read; 130 stopped, with what was finished kept.
    """
    from seg_core.inference import Request

    request = Request(model, engine, precision, pixel_threshold, confidence_threshold, batch, dicom)
    raise typer.Exit(carry_out(source, out, request, quiet=quiet))


def carry_out(source: Path, out: Path, request: Request, *, quiet: bool) -> int:
    """Segment, say what happens, and return the exit code."""
    from seg_core.inference import segment_input
    from seg_core.settings import load_settings

    report = Report(out, quiet=quiet)
    try:
        with progress_bars(quiet=quiet) as on_step:
            for outcome in segment_input(source, out, load_settings(), request, on_step=on_step):
                report.add(outcome)
    except KeyboardInterrupt:
        report.complain("Stopped.")
        return STOPPED
    except (ArchiveRefused, ImageRefused, NothingToRead) as error:
        report.complain(str(error))
        return NOTHING_READ
    except SecondReaderError as error:
        report.complain(str(error))
        return WRONG_USE
    finally:
        report.close()
    return report.exit_code


class Report:
    """Says a line a study, counts, and knows the exit code."""

    def __init__(self, out: Path, *, quiet: bool) -> None:
        self._out, self._quiet = out, quiet
        self._start = time.perf_counter()
        self._studies = self._slices = self._unreadable = self._incomplete = 0

    def add(self, outcome: Outcome) -> None:
        if outcome.summary is None or outcome.folder is None:
            self._unreadable += 1
            self.complain(str(outcome.error))
            return
        self._studies += 1
        self._slices += outcome.summary.slices
        self._unreadable += len(outcome.summary.skipped)
        for skipped in outcome.summary.skipped:
            self.complain(f"{outcome.name}: skipped {skipped.file}: {skipped.reason}")
        if outcome.no_dicom is not None:
            self._incomplete += 1
            self.complain(str(outcome.no_dicom))
        self._say(summary_line(outcome.summary))

    def close(self) -> None:
        """The last line: what was finished, and where it lies."""
        seconds = time.perf_counter() - self._start
        if self._studies:
            self._say(
                f"{self._studies} {'study' if self._studies == 1 else 'studies'}, "
                f"{self._slices} slices in {seconds:.1f} s, written to {self._out}. {NOTICE}"
            )

    @property
    def exit_code(self) -> int:
        if self._unreadable == self._incomplete == 0:
            return DONE
        return SOME_UNREADABLE if self._studies else NOTHING_READ

    def complain(self, message: str) -> None:
        print(message, file=sys.stderr)

    def _say(self, message: str) -> None:
        if not self._quiet:
            print(message, flush=True)


def summary_line(summary: Summary) -> str:
    """One study in a line: its model, what is flagged, and the Dice where truth is known."""
    from seg_core.triage.ranges import cut_confidence, format_ranges

    parts = [f"{summary.slices} slices", f"{summary.model.name}/{summary.model.version}"]
    if summary.calibrated:
        parts.append(f"flagged {format_ranges(summary.flagged) or 'none'}")
    else:
        parts.append("confidence not calibrated, nothing flagged")
    if summary.highest_confidence is not None:
        parts.append(f"highest {cut_confidence(summary.highest_confidence):.3f}")
    if summary.truth is not None and summary.truth.dice is not None:
        parts.append(f"Dice {summary.truth.dice:.3f}")
    return f"{summary.study}: {', '.join(parts)}"


@contextmanager
def progress_bars(*, quiet: bool) -> Iterator[OnStep | None]:
    """Bars on the error stream for studies and slices; None with --quiet and on a pipe."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    name = TextColumn("{task.description}", markup=False)  # a study may be called [red]
    columns = (name, BarColumn(), MofNCompleteColumn())
    bars = Progress(
        *columns,
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),  # lines sent to a file stay out of the bars' way
    )
    with bars as progress:
        studies = progress.add_task("studies", total=None)
        slices = progress.add_task("slices", total=None)

        def on_step(step: Step) -> None:
            progress.update(studies, total=step.studies, completed=step.number - 1)
            progress.update(slices, description=step.study, total=step.slices, completed=step.done)

        yield on_step
