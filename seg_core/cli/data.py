"""`data lgg`, `data phantom`, `data check`, `data folds`. It prints; the work is the core's."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seg_core.cli.existing import existing_folder
from seg_core.cli.no_empty_text import RefusingEmptyText
from seg_core.errors import InputError, SplitError
from seg_core.own_output import refuse_foreign_output

if TYPE_CHECKING:
    from seg_core.data.index import DatasetIndex

SOME_UNREADABLE, NOTHING_READABLE = 3, 4

Out = Annotated[Path, typer.Option(file_okay=False, help="Folder to write to.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")]


def lgg(
    out: Out,
    protocol: Annotated[
        str | None,
        typer.Option(
            help="Lay out only the patients of these folds, such as lgg-88: training on them "
            "wants no others in the folder."
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Fetch the LGG set from Kaggle; patients that are there already stay."""
    from seg_core.data.folds import read_protocol
    from seg_core.data.lgg import TERMS, fetch_lgg

    only = read_protocol(protocol).patients if protocol else None
    with _progress("patients", quiet=quiet) as progress:
        fetched = fetch_lgg(out, progress=progress, only=only)
    _say(f"{fetched.patients} patients, {fetched.slices} slices in {out}", quiet=quiet)
    _say(TERMS, quiet=quiet)
    if not fetched.complete:
        print(
            f"{out}: expected {fetched.wanted}, found {fetched.patients} patients and "
            f"{fetched.slices} slices. Training works with what is there.",
            file=sys.stderr,
        )
        raise typer.Exit(SOME_UNREADABLE)


def phantom(
    out: Out,
    patients: Annotated[int, typer.Option(min=1, max=999)] = 8,
    slices: Annotated[int, typer.Option(min=1, max=500, help="Slices a patient.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same set.")] = 0,
    quiet: Quiet = False,
) -> None:
    """Make a data set of computed brains with lesions and their exact truth."""
    from seg_core.data.phantom import phantom_files, phantom_names, write_phantom

    refuse_foreign_output(out, phantom_names(), "phantom patients")
    for name in phantom_names(patients):
        refuse_foreign_output(out / name, phantom_files(name), "a phantom patient")
    folders = write_phantom(out, patients, slices, seed)
    _say(f"{len(folders)} phantom patients of {slices} slices in {out}", quiet=quiet)


def check(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", parser=existing_folder, help="The data set.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Write report.json, sample slices and charts there."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Open every slice and mask of a data set and report what is there and what is wrong.

    Exit codes: 0 all is readable; 3 some files are not; 4 nothing is.
    """
    from seg_core.data.index import index_dataset
    from seg_core.data.report import report_text, write_report

    with _progress("patients", quiet=quiet) as progress:
        index = index_dataset(folder, progress)
    _say(report_text(index), quiet=quiet)
    if out is not None:
        for file in write_report(index, out):
            _say(f"wrote {file}", quiet=quiet)
    _leave(index)


def folds(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", parser=existing_folder, help="The data set.")
    ],
    out: Annotated[Path, typer.Option(dir_okay=False, help="File to write, such as folds.json.")],
    folds_: Annotated[int, typer.Option("--folds", min=2, max=100, help="How many.")] = 5,
    keep: Annotated[
        str | None, typer.Option(help="A file of folds whose patients stay where they are.")
    ] = None,
    note: Annotated[str, typer.Option(help="What the folds are of, kept in the file.")] = "",
    quiet: Quiet = False,
) -> None:
    """Deal a data set's patients to folds, alike in institution and tumour, and fix that in a file.

    Train with them: --set split.kind=folds --set split.file=FILE --set split.fold=1
    Exit codes: 0 all is readable; 3 some files are not; 4 nothing is.
    """
    from seg_core.data.folds import make_folds, protocol_text, read_protocol
    from seg_core.data.index import index_dataset
    from seg_core.whole_files import write_whole

    _refuse_foreign_folds(out)
    kept = read_protocol(keep) if keep else None
    with _progress("patients", quiet=quiet) as progress:
        index = index_dataset(folder, progress)
    if not index.patients:
        _say_unreadable(index)
        _leave(index)
    loads = {p.name: p.tumour_px for p in index.patients if any(s.outlined for s in p.slices)}
    protocol = make_folds(
        loads, kept.folds if kept else folds_, name=out.stem, note=note, keep=kept
    )
    write_whole(out, protocol.model_dump_json(indent=1) + "\n")
    _say(protocol_text(protocol), quiet=quiet)
    _say(f"wrote {out}", quiet=quiet)
    _say_unreadable(index)
    _leave(index)


def _say_unreadable(index: DatasetIndex) -> None:
    for lost in index.unreadable:
        print(f"{lost.file}: {lost.reason}", file=sys.stderr)


def _leave(index: DatasetIndex) -> None:
    """End with the exit code that the help of these commands states."""
    if index.unreadable:
        raise typer.Exit(SOME_UNREADABLE if index.patients else NOTHING_READABLE)


def _refuse_foreign_folds(out: Path) -> None:
    """Raise InputError when `out` is anything but a file of folds, or empty."""
    from seg_core.data.folds import read_protocol

    if not out.exists() or not out.stat().st_size:
        return
    try:
        read_protocol(str(out))
    except SplitError:
        raise InputError(
            str(out),
            expected="a new file, or one of folds, to write to",
            found="another file there",
            do="Give another --out.",
        ) from None


def build_data_app() -> typer.Typer:
    """The commands as one, to be added as `data`."""
    app = typer.Typer(no_args_is_help=True, help="Fetch, make and check data sets.")
    for command in (lgg, phantom, check, folds):
        app.command(cls=RefusingEmptyText)(command)
    return app


data_app = build_data_app()


def _say(message: str, *, quiet: bool) -> None:
    if not quiet:
        print(message, flush=True)


@contextmanager
def _progress(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on the error stream; None with --quiet and on a pipe."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
