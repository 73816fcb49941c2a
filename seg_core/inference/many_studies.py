"""Everything in a file or folder to readings on disk: the core of the `segment` command.

It prints nothing. Memory holds the study whose results are written and the next one, which is
opened meanwhile.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from seg_core.errors import InputError, ModelError
from seg_core.inference.choice import make_engine
from seg_core.inference.dicom_segmentation import segmentation
from seg_core.inference.engine import Engine
from seg_core.inference.output_names import free_name, safe_name
from seg_core.inference.reading_files import refuse_foreign, write_reading
from seg_core.inference.segment import reading_notes, segment_study
from seg_core.inference.summary import Summary
from seg_core.models.registry import ReleasedModel, find_model, list_models
from seg_core.models.routing import route
from seg_core.readers import StudySource, find_studies
from seg_core.settings import Settings
from seg_core.study import Study


@dataclass(frozen=True)
class Request:
    """How to segment. `auto` lets routing choose the model, and the machine the engine.

    precision: of OpenVINO: f32, bf16 where the processor has it, int8 where the model has such a
        network; `auto` takes int8 where the model's card found it good enough, else f32.
    pixel_threshold, confidence_threshold: 0 to 1; the card's where None.
    batch: slices in the network's frame at a time.
    dicom: whether a mask of a DICOM series is written as DICOM too, with whose it is.
    """

    model: str = "auto"
    engine: str = "auto"
    precision: str = "auto"
    pixel_threshold: float | None = None
    confidence_threshold: float | None = None
    batch: int = 16
    dicom: bool = False


@dataclass(frozen=True)
class Step:
    """How far the work is: study `number` of `studies`, `done` of its `slices`."""

    study: str
    number: int
    studies: int
    done: int
    slices: int


@dataclass(frozen=True)
class Outcome:
    """What became of one study: its summary and folder, or why it could not be read.

    no_dicom: why the DICOM file that was asked for is not beside the others.
    """

    name: str
    summary: Summary | None = None
    folder: Path | None = None
    error: InputError | None = None
    no_dicom: InputError | None = None


OnStep = Callable[[Step], None]


def segment_input(
    path: Path,
    out: Path,
    settings: Settings,
    request: Request | None = None,
    *,
    on_step: OnStep | None = None,
    engine: Engine | None = None,
) -> Iterator[Outcome]:
    """Segment each study in `path` and yield what became of it, as soon as it is on disk.

    A study that cannot be read is an Outcome with its error. Stop the iteration (or
    Ctrl-C) whenever you like: what was yielded is whole and stays. Raises NothingToRead or
    ArchiveRefused when `path` holds no study, ModelError, EngineError, and InputError
    where `out` holds something that is not ours.
    """
    request = request or Request()
    work = _Work(out, request, _candidates(request, settings), on_step)
    if engine is not None:
        work.engines.append(engine)
    sources = _not_inside(out, find_studies(path), path)
    _refuse_out_among(sources, out)
    with closing(_Opener(sources)) as opener:
        for number, source in enumerate(sources, start=1):
            # No name is bound to the study: it would live on while the next ones are read.
            yield work.finish(source, opener, number, len(sources))


@dataclass(frozen=True)
class _Opened:
    study: Study
    seconds: float


@dataclass
class _Work:
    """What stays the same from study to study: one engine, loaded once a model."""

    out: Path
    request: Request
    models: Sequence[ReleasedModel]
    on_step: OnStep | None
    engines: list[Engine] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def finish(self, source: StudySource, opener: _Opener, number: int, studies: int) -> Outcome:
        opened = opener.take()
        if isinstance(opened, InputError):
            return Outcome(source.name, error=opened)
        study, request = opened.study, self.request
        folder = self.out / free_name(safe_name(study.name), self.taken)
        refuse_foreign(folder, study)  # before the work, not after it
        model = self.models[0] if request.model != "auto" else route(study, self.models)

        def step(done: int, slices: int) -> None:
            if self.on_step is not None:
                self.on_step(Step(study.name, number, studies, done, slices))

        step(0, len(study))
        reading = segment_study(study, model, self._engine(), batch=request.batch, progress=step)
        opener.begin()
        reading = replace(reading, seconds={**reading.seconds, "read": opened.seconds})
        threshold = _given_or(request.pixel_threshold, reading.pixel_threshold)
        dicom, no_dicom = None, None
        if request.dicom:
            try:
                dicom = segmentation(study, reading, source.headers(study), threshold)
            except InputError as error:
                no_dicom = error
        try:
            summary = write_reading(
                study,
                reading,
                self.out,
                threshold,
                _given_or(request.confidence_threshold, reading.confidence_threshold),
                folder=folder.name,
                notes=reading_notes(study, model),
                dicom=dicom,
            )
        except InputError as error:  # such as a full disk: the next study may be smaller
            return Outcome(study.name, error=error)
        return Outcome(study.name, summary, folder, no_dicom=no_dicom)

    def _engine(self) -> Engine:
        if not self.engines:
            self.engines.append(make_engine(self.request.engine, self.request.precision))
        return self.engines[0]


def _candidates(request: Request, settings: Settings) -> list[ReleasedModel]:
    """The model asked for, or all that routing may choose from. Raises ModelError."""
    if request.model != "auto":
        return [find_model(settings, request.model)]
    models = list_models(settings)
    if not models:
        raise ModelError(
            f"models: expected a released model in {settings.models} or "
            f"{settings.shipped_models}, found none. Train one and release it: "
            "`python -m seg_core train --help`."
        )
    return models


def _not_inside(out: Path, sources: list[StudySource], path: Path) -> list[StudySource]:
    """Leave out what an earlier run wrote, where `out` lies inside the input."""
    inside = out.resolve()
    if not inside.is_relative_to(path.resolve()) or inside == path.resolve():
        return sources
    return [s for s in sources if not s.path.resolve().is_relative_to(inside)]


def _refuse_out_among(sources: Sequence[StudySource], out: Path) -> None:
    """Raise InputError, before anything is written, where results would lie among slices."""
    inside = out.resolve()
    for source in sources:
        folder = source.path.resolve()
        if folder.is_dir() and (inside == folder or inside.is_relative_to(folder)):
            raise InputError(
                str(out),
                expected="a folder outside of the studies",
                found=f"one in the study {source.name}",
                do="Give another --out.",
            )
        refuse_foreign(out / safe_name(source.name))


class _Opener:
    """Opens the studies in order, the next one in a thread from when `begin` is called.

    That is while results are written, which waits for the disk: the network takes every core.
    """

    def __init__(self, sources: Sequence[StudySource]) -> None:
        self._sources = deque(sources)
        self._begun: deque[Future[_Opened | InputError]] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reader")

    def begin(self) -> None:
        """Start on the next study, where there is one and none is waiting to be taken."""
        if self._sources and not self._begun:
            self._begun.append(self._thread.submit(_open, self._sources.popleft()))

    def take(self) -> _Opened | InputError:
        """The next study, or its error."""
        self.begin()
        return self._begun.popleft().result()

    def close(self) -> None:
        """Begin no more; what is being opened is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _open(source: StudySource) -> _Opened | InputError:
    start = time.perf_counter()
    try:
        study = source.open()
    except InputError as error:
        return error
    return _Opened(study, time.perf_counter() - start)


def _given_or(given: float | None, card: float) -> float:
    return card if given is None else given
