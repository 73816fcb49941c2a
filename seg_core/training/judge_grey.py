"""Runs or a released model made ready for images by class. It measures nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from seg_core.errors import ImageRefused
from seg_core.evaluation.grey_files import GreyFile, list_grey_files
from seg_core.evaluation.grey_report import write_grey_report
from seg_core.evaluation.grey_set import GreySubject, read_grey
from seg_core.evaluation.grey_stored import StoredGrey
from seg_core.evaluation.progress import OnStep, Step, unheard
from seg_core.frames import make_frame
from seg_core.inference import Engine
from seg_core.models.card import AsRead
from seg_core.models.registry import ReleasedModel
from seg_core.models.seen import Seen, seen_by
from seg_core.models.slice_digests import slice_digests
from seg_core.study import Skipped
from seg_core.training.judge import RunUnderTest, best_network, reading_as
from seg_core.training.loose_images import read_loose
from seg_core.training.run_folder import RunFolder

SEEN = "expected a run that did not train on it, found none. Name the run of the fold without it."
"""Why an image is not judged by runs on folds."""


def grey_model(model: ReleasedModel, engine: Engine) -> GreySubject:
    """A released model, carried out by an engine. Raises ModelError, EngineError."""
    engine.load(model)
    card = model.card
    return GreySubject(
        label=model.label,
        weights=f"sha256 {model.sha256}",
        engine=f"{engine.info.name} {engine.info.precision} on {engine.info.device}",
        frame=make_frame(card.frame.name, card.frame.size, len(card.channels)),
        channels=len(card.channels),
        predict=engine.predict,
        threshold=card.pixel_threshold,
        seen=seen_by(model),
    )


def grey_run(run: RunFolder, how: AsRead | None = None) -> GreySubject:
    """A run with its best weights so far, carried out by Keras, reading so. Raises RunError."""
    recipe, split = run.recipe(), run.split()
    images = read_loose(run)
    names = (*split.members("train"), *split.members("validation"), *images.trained)
    # Below another root an image has another name, so it is known by its pixels too.
    slices = {one: name for name, digests in images.pixels.items() for one in digests}
    tested = reading_as(RunUnderTest(run, best_network(run), ()), how)
    return GreySubject(
        label=run.id,
        weights=tested.weights,
        engine="Keras",
        frame=make_frame(recipe.frame.name, recipe.network.size, recipe.network.channels),
        channels=recipe.network.channels,
        predict=tested.predict,
        threshold=recipe.pixel_threshold,
        seen=Seen(frozenset(names), slices),
    )


def grey_folds(
    runs: Sequence[RunFolder], how: AsRead | None, files: Sequence[GreyFile]
) -> GreySubject:
    """Runs on folds, judging together: no image by a network that trained on it or on a copy.

    An image that a run left out is judged by that run, others in turns by those that did not
    train on it. They are known by their bytes and by their pixels, whatever they are called;
    where a run of before kept no pixels, by their names too.
    `judges` lacks the images that all trained on, as where a fold has no run.
    """
    subjects = [grey_run(run, how) for run in runs]
    known = [read_loose(run) for run in runs]
    left_out = {
        digest: subject
        for images, subject in zip(known, subjects, strict=True)
        for digest in images.left_out.values()
    }
    trained = [
        {
            *images.trained.values(),
            *(one for some in images.pixels.values() for one in some),
            *(_bare(name) for name in images.trained if name not in images.pixels),
        }
        for images in known
    ]
    judges = {}
    for i, file in enumerate(files):
        digest, pixels = _digests(file)
        free = [
            subject
            for subject, seen in zip(subjects, trained, strict=True)
            if seen.isdisjoint({digest, *pixels, _bare(file.name)})
        ]
        if free:
            own = left_out.get(digest)
            judge = next((one for one in free if one is own), free[i % len(free)])
            judges[file.name] = judge.predict
    return replace(
        subjects[0],
        label=", ".join(subject.label for subject in subjects),
        weights="each fold's kept epoch",
        seen=Seen(),
        judges=judges,
    )


def write_grey_folds(
    folder: Path,
    runs: Sequence[RunFolder],
    how: AsRead | None,
    data: Sequence[Path],
    on_step: OnStep = unheard,
) -> StoredGrey | None:
    """What `grey_folds` makes of the images below some roots, written; None without a root.

    Images that every run trained on are named as refused, and not measured. Raises NothingToRead
    when no image could be read.
    """
    if not data:
        return None
    listed = list_grey_files(data)
    subject = grey_folds(runs, how, listed.files)
    judged = tuple(file for file in listed.files if file.name in subject.judges)
    others = (file.name for file in listed.files if file.name not in subject.judges)
    refused = (*listed.refused, *(Skipped(name, SEEN) for name in others))
    found = replace(listed, files=judged, refused=refused)

    def progress(done: int, of: int) -> None:
        on_step(Step("measuring", done, of, "images"))

    return write_grey_report(folder, found, subject, data, progress)


def _bare(name: str) -> str:
    """The file's own name, without the folders before it; no digest looks so."""
    return PurePosixPath(name).name


def _digests(file: GreyFile) -> tuple[str, frozenset[str]]:
    """SHA-256 of an image's file, and digests of its pixels; nothing of one that cannot be read,
    which is refused when it is measured."""
    try:
        return hashlib.sha256(file.path.read_bytes()).hexdigest(), slice_digests(read_grey(file))
    except (OSError, ImageRefused):
        return "", frozenset()
