"""One study and one released model to one reading. It opens no input and writes no file."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import TypeVar

import numpy as np

from seg_core.errors import EngineError, ModelError
from seg_core.frames import FittedFrame, make_frame
from seg_core.inference.engine import Engine
from seg_core.inference.square_pixels import in_own_pixels, with_square_pixels
from seg_core.models.card import KIND_WORDS, Card
from seg_core.models.registry import ReleasedModel
from seg_core.models.routing import input_kind
from seg_core.models.seen import seen_by
from seg_core.study import Note, Reading, Study
from seg_core.triage.calibration import confidence_of
from seg_core.triage.confidence import slice_confidence
from seg_core.triage.unlike import why_unlike

UNLIKE, TRAINING = "unlike the training data", "training patient"
"""Kinds of the notes of such studies, and their words on the page."""

AT_ONCE = 2
"""Batches that an engine is given at once."""

Item = TypeVar("Item")
Made = TypeVar("Made")

Progress = Callable[[int, int], None]
"""Called with (slices done, slices in all) after each batch."""


def segment_study(
    study: Study,
    model: ReleasedModel,
    engine: Engine,
    *,
    batch: int = 16,
    progress: Progress | None = None,
) -> Reading:
    """Let `model` read `study`; the network's frame has room for AT_ONCE + 2 batches.

    Raises ModelError when the model cannot take the study's channels, EngineError when
    the network cannot be carried out, ChecksumMismatch when a file was changed.
    """
    start = time.perf_counter()
    engine.load(model)
    loaded = time.perf_counter()
    card = model.card
    seen = with_square_pixels(study)
    frame = make_frame(card.frame.name, card.frame.size, len(card.channels)).fit(seen.slices)
    with ThreadPoolExecutor(1, thread_name_prefix="unlike") as beside:
        unlike = beside.submit(why_unlike, seen.slices, card, study.notes)
        probability, scores = _read(seen, frame, card, engine, batch, progress)
    confidence, calibrated = _confidence(study, card, scores, unlike=bool(unlike.result()))
    return Reading(
        model_name=model.name,
        model_version=model.version,
        model_sha256=model.sha256,
        engine=engine.info,
        probability=in_own_pixels(probability, study),
        confidence=confidence,
        calibrated=calibrated,
        pixel_threshold=card.pixel_threshold,
        confidence_threshold=card.confidence_threshold,
        seconds={"load": loaded - start, "infer": time.perf_counter() - loaded},
    )


def reading_notes(study: Study, model: ReleasedModel) -> tuple[Note, ...]:
    """What a reviewer should know of how this model reads this study. Raises ModelError."""
    note = training_note(study, model)
    return (*input_notes(study, model.card), *([note] if note else []))


def input_notes(study: Study, card: Card) -> tuple[Note, ...]:
    """What the study is to a model of this card, whoever it trained on."""
    kind, label = input_kind(study), f"{card.name}/{card.version}"
    reasons = why_unlike(with_square_pixels(study).slices, card, study.notes)
    notes = [Note(UNLIKE, "; ".join(reasons))] if reasons else []
    if kind != "differing" and len(card.channels) > 1:
        wanted = ", ".join(card.channels)
        notes.append(
            Note("grey", f"one grey image a slice, given to the network for each of {wanted}")
        )
    if card.confidence is None:
        notes.append(_not_calibrated(f"{label} has no calibration"))
    elif kind not in card.confidence.covers:
        notes.append(
            _not_calibrated(f"the calibration of {label} does not cover {KIND_WORDS[kind]}")
        )
    elif reasons:
        notes.append(_not_calibrated(f"the study is {UNLIKE} of {label}"))
    return tuple(notes)


def training_note(study: Study, model: ReleasedModel, *, whose_too: bool = True) -> Note | None:
    """That masks and figures flatter: training, or its choices, looked at this patient's outlines.

    whose_too: what training called it; the name of a class in it would tell the truth. None for a
    stranger. Raises ModelError where the model's digests are damaged.
    """
    seen = seen_by(model)
    whose = seen.whose([study.name], study.slices)
    if whose is None:
        return None
    if seen.named([study.name]) == whose:
        known = "a patient of this name" if whose == study.name else "another visit of this patient"
    else:
        known = f"these slices, called {whose}" if whose_too else "these slices"
    return Note(
        TRAINING,
        f"{model.label} learnt from {known}: its masks, and figures such as Dice, are better here "
        "than on others",
    )


def _confidence(
    study: Study, card: Card, scores: np.ndarray, *, unlike: bool
) -> tuple[np.ndarray, bool]:
    """(confidence float32 (n,), calibrated): raw scores where nothing says what they are worth."""
    confidence, calibrated = confidence_of(scores, card, input_kind(study))
    return (scores, False) if calibrated and unlike else (confidence, calibrated)


def _not_calibrated(why: str) -> Note:
    return Note("not calibrated", f"{why}: confidence is a raw score, and nothing is flagged")


def _read(
    study: Study,
    frame: FittedFrame,
    card: Card,
    engine: Engine,
    batch: int,
    progress: Progress | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Probability float32 (n, height, width) in the slices' own size, raw scores float32 (n,).

    The network has threads of its own: it waits neither for what lies before and after it, nor
    with one core for the other at the end of a batch.
    """
    probability = np.empty((len(study), *study.height_width), np.float32)
    scores = np.empty(len(study), np.float32)

    def predict(inputs: np.ndarray) -> np.ndarray:
        _check_channels(inputs, study, card)
        seen = engine.predict(inputs)
        _check_probability(seen, inputs)
        return seen

    parts = [study.slices[i : i + batch] for i in range(0, len(study), batch)]  # views, not copies
    done = 0
    with closing(_ahead(frame.to_network, parts, 1)) as framed:
        for seen in _ahead(predict, framed, AT_ONCE):
            here = slice(done, done + len(seen))
            probability[here] = frame.back(seen)
            scores[here] = slice_confidence(probability[here])
            done += len(seen)
            if progress is not None:
                progress(done, len(study))
    return probability, scores


def _ahead(make: Callable[[Item], Made], items: Iterable[Item], threads: int) -> Generator[Made]:
    """`make` of each item, in order; in `threads` the next ones are made while one is used.

    Where one fails or the user stops, those that wait are not begun.
    """
    pool = ThreadPoolExecutor(threads)
    begun: deque[Future[Made]] = deque()
    try:
        for item in items:
            begun.append(pool.submit(make, item))
            if len(begun) > threads:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _check_channels(inputs: np.ndarray, study: Study, card: Card) -> None:
    if inputs.shape[-1] != len(card.channels):
        raise ModelError(
            f"{study.name}: expected {len(card.channels)} channels ({', '.join(card.channels)}) "
            f"for {card.name}, found {inputs.shape[-1]}. Choose another model with --model."
        )


def _check_probability(seen: np.ndarray, inputs: np.ndarray) -> None:
    if seen.shape != inputs.shape[:-1]:
        raise EngineError(
            f"network: expected a probability of {inputs.shape[:-1]}, found {seen.shape}. "
            "Release the model anew."
        )
    if not (seen.min() >= 0 and seen.max() <= 1):  # also true of NaN
        raise EngineError(
            f"network: expected probabilities from 0 to 1, found {seen.min()} to {seen.max()}. "
            "Release the model anew."
        )
