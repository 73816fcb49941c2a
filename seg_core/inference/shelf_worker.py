"""Reads the studies of the shelf that wait for a model, one after another, engine loaded once.

Carried out by `python -m seg_core shelf segment`, which a launcher starts. What cannot be read
is noted with its reason and holds up nothing; it opens no input and asks for nothing.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from seg_core.errors import SecondReaderError
from seg_core.inference.choice import make_engine
from seg_core.inference.engine import Engine
from seg_core.inference.segment import segment_study
from seg_core.jobs.processes import ProcessMark, mark_of
from seg_core.models.registry import ReleasedModel, find_model, list_models
from seg_core.models.routing import route
from seg_core.settings import Settings
from seg_core.store.segmentations import Asked, SegmentationQueue
from seg_core.store.shelf import StudyShelf
from seg_core.study import Study
from seg_core.whole_files import write_whole

log = logging.getLogger(__name__)

MOST_STARTS = 2
"""A study with which a worker ended that often is put aside: it must not hold up the others."""

SAID_SECONDS = 0.5
"""Progress is written at most that often."""

JOB_LABEL = "segment studies"


@dataclass(frozen=True)
class Progress:
    """The study that is being read now, and how many of its slices are done."""

    study_id: str
    done: int
    slices: int


@dataclass(frozen=True)
class Worked:
    """What one run of the worker amounts to."""

    done: int = 0
    failed: int = 0


def segment_command() -> list[str]:
    """What a launcher carries out."""
    return [sys.executable, "-m", "seg_core", "shelf", "segment", "--quiet"]


def segment_waiting(
    settings: Settings,
    shelf: StudyShelf,
    *,
    engine: Engine | None = None,
    say: Callable[[str], None] | None = None,
) -> Worked:
    """Read what waits until nothing does; nothing happens while another worker is at it."""
    say = say or (lambda line: None)
    locks = settings.home / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(locks / "segment-studies.lock", timeout=0):
            worked = _Worker(settings, shelf, engine, say).run()
    except Timeout:
        say("Another worker is at it, and reads all that waits.")
        return Worked()
    if worked == Worked():
        say("No study waits for a model.")
    return worked


def read_progress(settings: Settings) -> Progress | None:
    """How far the study is that is being read; None when none is, or its worker is gone."""
    try:
        said = json.loads(_progress_file(settings).read_text("utf-8"))
        if not ProcessMark.from_json(said["worker"]).alive():
            return None
        return Progress(str(said["study_id"]), int(said["done"]), int(said["slices"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


class _Worker:
    """One run: the engine is made with the first study that needs it."""

    def __init__(
        self,
        settings: Settings,
        shelf: StudyShelf,
        engine: Engine | None,
        say: Callable[[str], None],
    ) -> None:
        self.settings, self.shelf, self.say = settings, shelf, say
        self.queue = SegmentationQueue(shelf.store)
        self.engine = engine
        self.said_at = 0.0
        self.mark = mark_of(os.getpid()).as_json()

    def run(self) -> Worked:
        done = failed = 0
        try:
            while waiting := self.queue.waiting():
                reason = self._read(waiting[0])
                done, failed = done + (not reason), failed + bool(reason)
        finally:
            _progress_file(self.settings).unlink(missing_ok=True)
        return Worked(done, failed)

    def _read(self, asked: Asked) -> str:
        """Read one study; why it could not be read, or "" when it was."""
        reason = self._tried_too_often(asked) or self._try(asked)
        if reason:
            self.queue.failed(asked, reason)
        else:
            self.queue.done(asked)
        self.say(f"{asked.name}: {reason or 'read'}")
        return reason

    def _tried_too_often(self, asked: Asked) -> str:
        if asked.starts < MOST_STARTS:
            return ""
        return (
            f"The worker ended {asked.starts} times while it read this study (out of memory, "
            "killed, or power lost). Ask for it again when the machine is less busy."
        )

    def _try(self, asked: Asked) -> str:
        self.queue.started(asked)
        self._say_progress(asked, 0, asked.slices)
        try:
            study = self.shelf.open(asked.study_id)
            model = self._model(asked, study)
            if self.engine is None:
                self.engine = make_engine("auto")
            reading = segment_study(
                study,
                model,
                self.engine,
                progress=lambda done, of: self._say_progress(asked, done, of),
            )
            self.shelf.save_reading(asked.study_id, reading)
        except SecondReaderError as error:
            return str(error)
        except MemoryError:
            return "There was not enough memory. Close other programs, then ask for it again."
        except Exception as error:  # of whatever kind: it holds up no other study
            log.exception("%s: not read", asked.name)
            return f"The worker failed on this study: {type(error).__name__}. Its log says where."
        return ""

    def _model(self, asked: Asked, study: Study) -> ReleasedModel:
        if asked.model:
            return find_model(self.settings, asked.model)
        return route(study, list_models(self.settings))

    def _say_progress(self, asked: Asked, done: int, slices: int) -> None:
        now = time.monotonic()
        if done and done < slices and now - self.said_at < SAID_SECONDS:
            return
        self.said_at = now
        said = asdict(Progress(asked.study_id, done, slices))
        write_whole(_progress_file(self.settings), json.dumps({**said, "worker": self.mark}))


def _progress_file(settings: Settings) -> Path:
    return settings.home / "segmenting.json"
