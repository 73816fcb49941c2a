"""`shelf add`, `segment`, `take` and `remove`: the worklist from the command line. It prints."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seg_core.cli.existing import existing
from seg_core.cli.no_empty_text import RefusingEmptyText
from seg_core.errors import SecondReaderError, StoreError

if TYPE_CHECKING:
    from seg_core.store import StudyRow, StudyShelf

SOME_UNREADABLE, NOTHING_READABLE = 3, 4

Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")]


def add(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="INPUT...", parser=existing, help="Folders, images or zips."),
    ],
    segment: Annotated[bool, typer.Option("--segment", help="Let a model read them now.")] = False,
    into: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="Study list to lie in; else Main.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Put every study of INPUT on the worklist.

    Exit codes: 0 done; 3 some could not be read, the rest is there; 4 nothing could be read.
    """
    from seg_core.readers import find_studies
    from seg_core.store import SegmentationQueue

    shelf, added, refused = _shelf(), list[str](), 0
    for path in sources:
        try:
            found = find_studies(path)
        except SecondReaderError as error:
            refused += _complain(error)
            continue
        for source in found:
            try:
                study = source.open()
                added.append(shelf.add(study, into))
                _say(f"{source.name}: on the worklist", quiet=quiet)
                for lost in study.skipped:
                    print(f"{source.name}: {lost.file}: {lost.reason}", file=sys.stderr)
                refused += bool(study.skipped)
            except SecondReaderError as error:
                refused += _complain(error)
    if segment:
        SegmentationQueue(shelf.store).ask(added)
        refused += _segment(shelf, quiet=quiet)
    _leave(len(added), refused)


def segment(quiet: Quiet = False) -> None:
    """Let a model read every study that waits for one. The queue of the app starts this.

    Exit codes: 0 all that waited was read; 3 some could not be, the page says why.
    """
    failed = _segment(_shelf(), quiet=quiet)
    raise typer.Exit(SOME_UNREADABLE if failed else 0)


def take(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", parser=existing, help="Of `segment --out`.")
    ],
    quiet: Quiet = False,
) -> None:
    """Take what `segment` wrote, on this machine or another, beside the studies on the worklist.

    Exit codes: 0 done; 3 some results fit no study, the rest is there; 4 none was taken.
    """
    from seg_core.inference.results_folder import find_results, take_results

    shelf, taken, refused = _shelf(), 0, 0
    for results in find_results(folder):
        try:
            row = take_results(shelf, results)
        except SecondReaderError as error:
            refused += _complain(error)
        else:
            taken += 1
            _say(f"{row.name}: results taken", quiet=quiet)
    if not taken and not refused:
        print(
            f"{folder}: expected folders with a summary.json, found none. Name what "
            "`segment --out` wrote to.",
            file=sys.stderr,
        )
    _leave(taken, refused)


def remove(
    names: Annotated[
        list[str],
        typer.Argument(metavar="STUDY", help="Names as the worklist shows them, or ids."),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    quiet: Quiet = False,
) -> None:
    """Delete the pictures and the ground truth of studies on the worklist.

    Their names, what models saw and what was read of them stay in the record.

    Exit codes: 0 done; 1 not confirmed; 3 some could not be removed, the rest is; 4 none was.
    """
    shelf, removed, refused = _shelf(), 0, 0
    for name in names:
        try:
            row = _only_one(shelf, name)
            if not yes:
                typer.confirm(f"{row.name}, {row.slices} slices: delete it?", abort=True)
            shelf.remove(row.id)
        except SecondReaderError as error:
            refused += _complain(error)
        else:
            removed += 1
            _say(f"{row.name}: removed", quiet=quiet)
    _leave(removed, refused)


def _only_one(shelf: StudyShelf, name: str) -> StudyRow:
    """The study of that name or id. Raises StoreError for none, and for several."""
    by_id = shelf.row(name)
    found = [by_id] if by_id else shelf.called(name)
    if len(found) != 1:
        ids = "".join(f"\n  {row.id}  arrived {row.arrived:%Y-%m-%d %H:%M} UTC" for row in found)
        raise StoreError(
            f"study {name!r}: expected one on the worklist, found {len(found) or 'none'} of that "
            f"name. {'Name it by its id:' + ids if ids else 'See the worklist for the names.'}"
        )
    return found[0]


def _segment(shelf: StudyShelf, *, quiet: bool) -> int:
    """How many studies could not be read."""
    from seg_core.inference.shelf_worker import segment_waiting
    from seg_core.settings import load_settings

    worked = segment_waiting(load_settings(), shelf, say=lambda line: _say(line, quiet=quiet))
    return worked.failed


def _shelf() -> StudyShelf:
    from seg_core.settings import load_settings
    from seg_core.store import StudyShelf

    return StudyShelf(load_settings())


def _complain(error: SecondReaderError) -> int:
    print(error, file=sys.stderr)
    return 1


def _say(line: str, *, quiet: bool) -> None:
    if not quiet:
        print(line, flush=True)


def _leave(done: int, refused: int) -> None:
    raise typer.Exit((SOME_UNREADABLE if done else NOTHING_READABLE) if refused or not done else 0)


def build_shelf_app() -> typer.Typer:
    """The `shelf` commands."""
    app = typer.Typer(no_args_is_help=True, help="The app's worklist: add, segment, take, remove.")
    for command in (add, segment, take, remove):
        app.command(cls=RefusingEmptyText)(command)
    return app


shelf_app = build_shelf_app()
