"""Images sorted by class against a network, a batch at a time. There is no truth: it scores none.

Every image is a study of its own: a folder of loose grey images is not one patient's slices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import numpy as np

from seg_core.errors import EngineError, ImageRefused, ModelError
from seg_core.evaluation.grey_files import GreyFile
from seg_core.evaluation.grey_twins import picture_numbers, thumbnail
from seg_core.evaluation.measure import Predict
from seg_core.frames import FittedFrame, Frame
from seg_core.models.seen import Seen
from seg_core.readers.channels import drop_alpha, join_grey
from seg_core.readers.image import read_image
from seg_core.study import Skipped

BATCH = 16
"""Images in memory at a time, and as many again that are read meanwhile."""

ENOUGH_PX = 50
"""Pixels, of the image's own size, from which on a mask counts as more than a speck."""

Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""


@dataclass(frozen=True, eq=False)
class GreySubject:
    """A network that is measured. threshold: its own pixel threshold, as card or recipe has it.

    channels: of the network; how one grey channel becomes them is the frame's affair.
    engine: what carries it out, in words; weights: which ones. seen: whom and what
    its training looked at. judges: name of a file -> what judges it instead of `predict`, where
    several networks share the judging.
    """

    label: str
    weights: str
    engine: str
    frame: Frame
    channels: int
    predict: Predict
    threshold: float
    seen: Seen = field(default_factory=Seen)
    judges: Mapping[str, Predict] = field(default_factory=dict)


@dataclass(frozen=True)
class MeasuredImage:
    """What the network made of one image, in the image's own size.

    mask_px: pixels at or above the network's own threshold. strongest, fiftieth: probability
    of the strongest pixel and of the ENOUGH_PXth strongest (0 where there are fewer). At any
    threshold t the mask has a pixel where strongest >= t, and ENOUGH_PX where fiftieth >= t.
    picture: images with the same number show the same picture; -1 while it is not known.
    seen: whether training looked at this very image; not written with the others.
    """

    class_name: str
    name: str
    height: int
    width: int
    mask_px: int
    strongest: float
    fiftieth: float
    picture: int = -1
    seen: bool = False


@dataclass(frozen=True, eq=False)
class SeenImage:
    """An image and what the network saw: image uint8 or uint16 (h, w, 1), probability (h, w)."""

    file: GreyFile
    image: np.ndarray
    probability: np.ndarray


@dataclass(frozen=True)
class Measured:
    """What was measured, in the order given, and what could not be read."""

    images: tuple[MeasuredImage, ...]
    refused: tuple[Skipped, ...]


def measure_images(
    files: Sequence[GreyFile], subject: GreySubject, progress: Progress | None = None
) -> Measured:
    """Measure each file. Of an image a few numbers stay in memory, and a thumbnail.

    progress: called after each batch. Raises ModelError when the network cannot take grey
    images, EngineError when its answer is none.
    """
    images: list[MeasuredImage] = []
    thumbnails: list[np.ndarray] = []
    refused: list[Skipped] = []
    for done, one in enumerate(see_images(files, subject), start=1):
        if isinstance(one, Skipped):
            refused.append(one)
        else:
            known = _looked_at(one, subject.seen)
            images.append(replace(measured(one, subject.threshold), seen=known))
            thumbnails.append(thumbnail(one.image))
        if progress is not None and (done % BATCH == 0 or done == len(files)):
            progress(done, len(files))
    pictures = picture_numbers(thumbnails, [one.class_name for one in images])
    numbered = (replace(one, picture=p) for one, p in zip(images, pictures, strict=True))
    return Measured(tuple(numbered), tuple(refused))


def measured(seen: SeenImage, threshold: float) -> MeasuredImage:
    """The few numbers that are kept of an image."""
    plane = seen.probability
    enough = plane.size >= ENOUGH_PX
    fiftieth = np.partition(plane, -ENOUGH_PX, axis=None)[-ENOUGH_PX] if enough else 0.0
    return MeasuredImage(
        class_name=seen.file.class_name,
        name=seen.file.name,
        height=plane.shape[0],
        width=plane.shape[1],
        mask_px=int((plane >= np.float32(threshold)).sum()),
        strongest=float(plane.max()),
        fiftieth=float(fiftieth),
    )


def _looked_at(one: SeenImage, seen: Seen) -> bool:
    """Whether training looked at the image: by its path, its file name, its stem or its pixels."""
    path = PurePosixPath(one.file.name)
    return seen.whose((one.file.name, path.name, path.stem), one.image[None]) is not None


def see_images(files: Sequence[GreyFile], subject: GreySubject) -> Iterator[SeenImage | Skipped]:
    """Each file with its probability, or its refusal; the next batch is read while one is seen."""
    parts = [files[start : start + BATCH] for start in range(0, len(files), BATCH)]
    with ThreadPoolExecutor(1, thread_name_prefix="grey images") as reader:
        ahead = [reader.submit(_prepare, part, subject.frame) for part in parts[:1]]
        for i in range(len(parts)):
            batch = ahead.pop().result()
            ahead += [reader.submit(_prepare, part, subject.frame) for part in parts[i + 1 : i + 2]]
            yield from _seen(batch, subject)


def read_grey(file: GreyFile) -> np.ndarray:
    """uint8 or uint16 (1, h, w, 1): the image as one channel, opened by the readers' guard.

    Three channels that hold one grey image are joined, as in any study; three that differ
    are averaged, since a set of grey images holds no sequences. Raises ImageRefused.
    """
    kept, _ = drop_alpha([read_image(file.path, file.name)])
    (image,), _ = join_grey(kept, "")
    if image.shape[-1] != 1:
        image = np.rint(image.mean(axis=-1, keepdims=True)).astype(image.dtype)
    return image[None]


@dataclass(frozen=True, eq=False)
class _Prepared:
    """A file in the network's frame, with the way back."""

    file: GreyFile
    image: np.ndarray
    frame: FittedFrame
    inputs: np.ndarray


def _prepare(files: Sequence[GreyFile], frame: Frame) -> list[_Prepared | Skipped]:
    prepared: list[_Prepared | Skipped] = []
    for file in files:
        try:
            image = read_grey(file)
        except ImageRefused as error:
            prepared.append(Skipped(file.name, error.reason))
        else:
            fitted = frame.fit(image)
            prepared.append(_Prepared(file, image[0], fitted, fitted.to_network(image)))
    return prepared


def _seen(
    batch: Sequence[_Prepared | Skipped], subject: GreySubject
) -> Iterator[SeenImage | Skipped]:
    """The batch in its order; what could be read goes through the network at once."""
    readable = [one for one in batch if isinstance(one, _Prepared)]
    answers: dict[str, np.ndarray] = {}
    for predict in dict.fromkeys(_judge(one, subject) for one in readable):
        own = [one for one in readable if _judge(one, subject) is predict]
        found = _predict([one.inputs for one in own], predict, subject)
        answers.update((one.file.name, plane) for one, plane in zip(own, found, strict=True))
    for one in batch:
        if isinstance(one, Skipped):
            yield one
        else:
            plane = one.frame.back(answers[one.file.name][None])[0]
            yield SeenImage(one.file, one.image, plane)


def _judge(one: _Prepared, subject: GreySubject) -> Predict:
    return subject.judges.get(one.file.name, subject.predict)


def _predict(inputs: Sequence[np.ndarray], predict: Predict, subject: GreySubject) -> np.ndarray:
    """float32 (b, size, size), 0 to 1."""
    batch = np.concatenate(inputs)
    if batch.shape[-1] != subject.channels:
        raise ModelError(
            f"{subject.label}: expected a network for {batch.shape[-1]} channels, as its frame "
            f"makes of a grey image, found one for {subject.channels}. Choose another model."
        )
    seen = predict(batch)
    if not (seen.min() >= 0 and seen.max() <= 1):  # also true of NaN
        raise EngineError(
            f"{subject.label}: expected probabilities from 0 to 1, found {seen.min()} to "
            f"{seen.max()}. Release the model anew."
        )
    return seen
