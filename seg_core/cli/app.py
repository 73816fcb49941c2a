"""Puts the commands together, and errors into exit codes. It does no work of its own.

Exit codes: 0 done; 2 wrong use; 3 some inputs could not be read, the rest is written;
4 nothing could be read; 130 stopped by the user, with what was finished kept.
"""

from __future__ import annotations

import os
import sys

import typer

from seg_core.cli.crossvalidate import crossvalidate
from seg_core.cli.data import data_app
from seg_core.cli.digests import digests
from seg_core.cli.doctor import doctor
from seg_core.cli.evaluate import evaluate
from seg_core.cli.models import models
from seg_core.cli.no_empty_text import RefusingEmptyText
from seg_core.cli.pretrained import pretrained
from seg_core.cli.probe import probe
from seg_core.cli.quantise import quantise
from seg_core.cli.release import release
from seg_core.cli.segment import segment
from seg_core.cli.shelf import shelf_app
from seg_core.cli.train import resume, runs, stop, train
from seg_core.errors import NothingToRead, SecondReaderError
from seg_core.notice import NOTICE

WRONG_USE, SOME_UNREADABLE, NOTHING_READABLE, STOPPED = 2, 3, 4, 130


def build_app() -> typer.Typer:
    """The Typer application with every command."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Second Reader: a U-Net's second reading of brain MRI slices. " + NOTICE,
    )
    app.add_typer(data_app, name="data")
    app.add_typer(shelf_app, name="shelf")
    commands = (
        train, resume, runs, stop, probe, pretrained, evaluate, crossvalidate, segment, release,
        quantise, digests, models, doctor,
    )  # fmt: skip
    for command in commands:
        app.command(cls=RefusingEmptyText)(command)
    return app


def main(argv: list[str] | None = None) -> None:
    """Run a command; an expected error becomes one plain sentence and its exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # else TensorFlow talks at every start
    try:
        build_app()(args=argv)
    except NothingToRead as error:
        _leave(str(error), NOTHING_READABLE)
    except SecondReaderError as error:
        _leave(str(error), WRONG_USE)
    except OSError as error:
        _leave(f"{error.filename or 'input or output'}: {error.strerror or error}", WRONG_USE)
    except KeyboardInterrupt:
        _leave("stopped", STOPPED)


def _leave(message: str, code: int) -> None:
    print(message, file=sys.stderr)
    raise SystemExit(code)
