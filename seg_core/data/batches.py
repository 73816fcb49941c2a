"""Batches of slices and masks for training, as NumPy. It knows no network and no Keras.

Which slices make a batch, and how each is changed, derives from (seed, epoch, position)
alone: a stopped training goes on in the middle of an epoch with the batch that was next.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from seg_core.data.augmentation import OUTER, AugmentationSettings, augment
from seg_core.data.draws import Beside, Draws, draw
from seg_core.data.pasted import paste
from seg_core.frames import FittedFrame, Frame
from seg_core.frames.frame import Levels
from seg_core.study import Study

Batch = tuple[np.ndarray, np.ndarray]
"""Slices, float32 (b, size, size, channels), and truth, float32 (b, size, size, 1): 0 or 1, and
SOMEWHERE all over a slice that holds tumour, nobody knows where."""

SOMEWHERE = -1.0

PRODUCERS = max(2, min(8, os.cpu_count() or 2))
"""Threads that make batches. Pillow and NumPy let go of the interpreter's lock while they work on
a plane, so threads share the work; a GPU needs more of them than a processor."""

PREFETCH = 2 * PRODUCERS
"""Batches made ahead while the network works."""


@dataclass(frozen=True, eq=False)
class LabelledSlices:
    """Slices of one patient that have a truth, kept as given (bytes, not floats).

    slices: uint8 or uint16 (n, h, w, c); truth: bool (n, h, w); files: n names. outlined: False
    where every slice holds tumour and `truth` does not say where.
    others: for a network of FLAIR alone, where it is to see more: the frame of each OUTER channel.
    """

    patient: str
    files: tuple[str, ...]
    slices: np.ndarray
    truth: np.ndarray
    frame: FittedFrame
    others: tuple[FittedFrame, ...] = ()
    outlined: bool = True

    def seen(self, at: int, channel: int | None = None) -> tuple[np.ndarray, np.ndarray, Levels]:
        """Slice and mask in the network's frame, and its levels; `channel`: of OUTER, by place."""
        frame, planes = self.frame, self.slices[at : at + 1]
        if channel is not None:
            frame = self.others[channel]
            planes = planes[..., OUTER[channel] : OUTER[channel] + 1]
        mask = frame.mask_to_network(self.truth[at : at + 1])[0]
        return frame.to_network(planes)[0], mask, frame.levels


def labelled(
    study: Study, frame: Frame, keep: np.ndarray | None = None, *, others: bool = False
) -> LabelledSlices:
    """The slices of a study whose truth is known, of those that `keep` (bool (n,)) names.

    The frame is fitted on the whole study, whatever is kept. others: whether a frame of one channel
    is fitted on the study's other channels too, where it has three.
    """
    known = np.zeros(len(study), bool) if study.truth_known is None else study.truth_known
    chosen = known if keep is None else known & keep
    truth = study.truth if study.truth is not None else np.zeros(study.slices.shape[:3], bool)
    return LabelledSlices(
        patient=study.name,
        files=tuple(f for f, k in zip(study.files, chosen, strict=True) if k),
        slices=study.slices[chosen],
        truth=truth[chosen],
        frame=frame.fit(study.slices),
        others=tuple(frame.fit(study.slices[..., c : c + 1]) for c in OUTER)
        if others and study.slices.shape[-1] == 3
        else (),
    )


class Batches:
    """The batches of one part of the data, by epoch and step."""

    def __init__(
        self,
        patients: Iterable[LabelledSlices],
        batch_size: int,
        *,
        seed: int = 0,
        augmentation: AugmentationSettings | None = None,
        shuffle: bool = True,
        draws: Draws = "slices",
        negatives: Iterable[LabelledSlices] = (),
        negative_share: float = 0.0,
        positives: Iterable[LabelledSlices] = (),
        positive_share: float = 0.0,
    ) -> None:
        whole, without, somewhere = list(patients), list(negatives), list(positives)
        self.patients = [*whole, *without, *somewhere]
        self._whole = len(whole)
        self.beside = Beside(len(without), negative_share, len(somewhere), positive_share)
        self.batch_size = batch_size
        self.seed = seed
        self.augmentation = augmentation
        self.shuffle = shuffle
        self.draws: Draws = draws
        self.positions = [
            (p, s) for p, group in enumerate(self.patients) for s in range(len(group.files))
        ]
        self._areas = [group.truth.sum(axis=(1, 2)) for group in self.patients]
        self._order = lru_cache(maxsize=2)(self._drawn)  # every batch of an epoch asks for it

    def __len__(self) -> int:
        """Slices in all."""
        return len(self.positions)

    @property
    def steps(self) -> int:
        """Batches that go through every slice once; the last one may be smaller."""
        return -(-len(self) // self.batch_size)

    def batch(self, epoch: int, step: int) -> Batch:
        """Batch `step` (from 0) of `epoch` (from 1)."""
        order = self._order(epoch)
        chosen = order[step * self.batch_size : (step + 1) * self.batch_size]
        first = step * self.batch_size
        pairs = [self._pair(epoch, first + i, int(p)) for i, p in enumerate(chosen)]
        images = np.stack([image for image, _ in pairs])
        return images, np.stack([mask for _, mask in pairs])[..., None].astype(np.float32)

    def iterate(self, epoch: int, start: int = 0, stop: int | None = None) -> Iterator[Batch]:
        """Batches start..stop of an epoch in order, made ahead by PRODUCERS threads.

        Which thread makes a batch changes nothing in it. Leaving early, or an error, ends the
        threads once each has made the batch that it is at.
        """
        steps = range(start, self.steps if stop is None else stop)
        with ThreadPoolExecutor(PRODUCERS, "batches") as producers:
            ahead: deque[Future[Batch]] = deque()
            try:
                for step in steps:
                    ahead.append(producers.submit(self.batch, epoch, step))
                    if len(ahead) > PREFETCH:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                for waiting in ahead:
                    waiting.cancel()

    def _drawn(self, epoch: int) -> np.ndarray:
        if not self.shuffle:
            return np.arange(len(self))
        return draw(
            self.draws,
            self._areas,
            np.random.default_rng([self.seed, epoch]),
            self.beside,
        )

    def _pair(self, epoch: int, index: int, position: int) -> tuple[np.ndarray, np.ndarray]:
        p, s = self.positions[position]
        group, settings = self.patients[p], self.augmentation
        if settings is None:
            image, mask, _ = group.seen(s)
        else:
            rng = np.random.default_rng([self.seed, epoch, index])  # a slice may be drawn twice
            image, mask, levels = group.seen(s, _channel(group, settings, rng))
            empty = p >= self._whole and group.outlined
            if empty and settings.pasted and rng.random() < settings.pasted:
                image, mask = self._with_tumour(image, mask, settings, rng, levels)
            image, mask = augment(image, mask, settings, rng, levels)
        return image, mask if group.outlined else np.full(mask.shape, SOMEWHERE)

    def _with_tumour(
        self,
        image: np.ndarray,
        mask: np.ndarray,
        settings: AugmentationSettings,
        rng: np.random.Generator,
        levels: Levels,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The image with a tumour of a slice of one of the patients; as it was without any."""
        p = int(rng.integers(self._whole))
        group, with_tumour = self.patients[p], np.flatnonzero(self._areas[p])
        if not len(with_tumour):
            return image, mask
        at = int(rng.choice(with_tumour))
        donor, tumour, own = group.seen(at, _channel(group, settings, rng))
        donor, tumour = augment(donor, tumour, settings, rng, own)
        return paste(image, donor, tumour, rng, levels)


def _channel(
    group: LabelledSlices, settings: AugmentationSettings, rng: np.random.Generator
) -> int | None:
    """Which of the OUTER channels is shown instead of FLAIR; None for none."""
    if not group.others or not settings.other_channel or rng.random() >= settings.other_channel:
        return None
    return int(rng.integers(len(group.others)))
