"""A released model measured on patients: those it never saw, or those that chose its thresholds.

It trains nothing and chooses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from seg_core.data.batches import LabelledSlices, labelled
from seg_core.errors import InputError, ModelError, NothingToRead, SplitError
from seg_core.evaluation.full_report import Judged
from seg_core.evaluation.measure import MeasuredPatient, measure, with_confidence
from seg_core.evaluation.progress import OnStep, counted, unheard
from seg_core.evaluation.report import evaluate_patients
from seg_core.evaluation.stored import read_evaluation
from seg_core.frames import make_frame
from seg_core.inference import Engine
from seg_core.models.registry import ReleasedModel
from seg_core.models.routing import kind_of_slices
from seg_core.models.seen import seen_by
from seg_core.readers import StudySource, find_studies
from seg_core.study import Skipped, pixel_digest
from seg_core.training.judge import BATCH, not_there
from seg_core.training.run_data import OnLeftOut

COPY = (
    "expected a patient that the training of {label} never looked at, found slices of {whose}, a "
    "patient of its training. Measure on such patients too for figures that flatter (--seen-too)."
)
"""Why a patient of a name that training does not know is not judged."""

NAMESAKE = (
    "expected a patient that the training of {label} never looked at, found other slices under the "
    "name of one of its patients, {whose}. If it is somebody else, rename it; a further visit, or "
    "the same one prepared anew, is none. Measure on such patients too with --seen-too."
)
"""Why a patient of a name that training knows is named, where its slices are strange."""

log = logging.getLogger(__name__)


def judge_model(
    model: ReleasedModel,
    engine: Engine,
    data: Sequence[Path],
    *,
    seen_too: bool = False,
    validation: bool = False,
    on_step: OnStep = unheard,
) -> Judged:
    """Measure a released model on the patients of `data` that its training never looked at.

    seen_too: also on those it was trained on; the evaluation then says so and flatters.
    validation: on the slices that chose the model's thresholds, and on them alone.
    Raises SplitError when nobody is left.
    """
    left_out: list[Skipped] = []
    groups = partial(model_patients, model, data, seen_too=seen_too, validation=validation)
    measured = measure_model(model, engine, groups(on_left_out=left_out.append, on_step=on_step))
    if not measured:
        raise SplitError(_nobody(model, validation))
    if validation:
        wanted = {patient for patient, _ in validation_slices(model)}
        left_out += not_there(wanted, measured, left_out)
    evaluation = evaluate_patients(
        measured,
        subject=f"{model.label} on {engine.info.name} {engine.info.precision}",
        part=_part_of_model(model, seen_too, validation),
        split_kind=model.card.data.split_by,
        split_fingerprint=model.card.data.split_fingerprint,
        threshold=model.card.pixel_threshold,
        weights=f"sha256 {model.sha256}",
        data=[root.resolve().name for root in data],
        left_out=left_out,
    )
    return Judged(evaluation, measured, groups, engine.predict, data)


def measure_model(
    model: ReleasedModel, engine: Engine, patients: Iterable[LabelledSlices]
) -> list[MeasuredPatient]:
    """What a released model reads on patients, with confidences where its card has them."""
    engine.load(model)
    return [
        _confident(model, group, patient)
        for group in patients
        for patient in measure([group], engine.predict, model.card.pixel_threshold, BATCH)
    ]


def model_patients(
    model: ReleasedModel,
    data: Sequence[Path],
    *,
    seen_too: bool = False,
    validation: bool = False,
    on_left_out: OnLeftOut = lambda skipped: None,
    on_step: OnStep = unheard,
) -> Iterator[LabelledSlices]:
    """The patients of `data` that have masks, one at a time; those of training on request.

    validation: only the slices that the model's own evaluation on validation patients names.
    A patient that stands in two data sets counts once; one without a readable slice does not, nor
    a training patient under another name. Raises SplitError where two of one name hold other
    slices: they would be counted as one.
    """
    frame = make_frame(model.card.frame.name, model.card.frame.size, len(model.card.channels))
    only = validation_slices(model) if validation else None
    sources, seen = _sources(model, data, seen_too, only), seen_by(model)
    done: dict[str, str] = {}
    for source in counted(sources, "measuring", len(sources), on_step):
        try:
            study = source.open()
        except NothingToRead as error:  # one bad folder does not hold up the others
            log.warning("left out: %s", error)
            on_left_out(Skipped(source.name, error.reason))
            continue
        if not (seen_too or validation) and (whose := seen.whose([study.name], study.slices)):
            if not seen.knows_pixels(study.slices):
                reason = NAMESAKE.format(label=model.label, whose=whose)
                on_left_out(Skipped(study.name, reason))
            elif not seen.named([study.name]):
                on_left_out(Skipped(study.name, COPY.format(label=model.label, whose=whose)))
            continue
        pixels = pixel_digest(study)
        if source.name in done:
            if done[source.name] == pixels:
                continue
            raise SplitError(
                f"{source.name}: expected one patient of that name in the data, found two with "
                "other slices. Rename one, so that each counts."
            )
        done[source.name] = pixels
        for skipped in study.skipped:
            on_left_out(Skipped(f"{study.name}/{skipped.file}", skipped.reason))
        keep = None
        if only is not None:
            keep = np.array([(study.name, file) in only for file in study.files], bool)
        group = labelled(study, frame, keep)
        if group.files:
            yield group


def validation_slices(model: ReleasedModel) -> frozenset[tuple[str, str]]:
    """(patient, file) of the slices that chose the model's thresholds. Raises ModelError."""
    folder = model.folder / "evaluation" / "validation"
    if not folder.is_dir() and (folder.parent / "out-of-fold").is_dir():
        raise ModelError(
            f"{model.label}: expected thresholds that validation patients chose, found ones chosen "
            f"out-of-fold. What that measured lies in {folder.parent / 'out-of-fold'}."
        )
    try:
        stored = read_evaluation(folder)
    except InputError as error:
        raise ModelError(
            f"{model.label}: expected the evaluation on its validation patients in its folder, "
            f"found none ({error.reason}) Release its run anew."
        ) from error
    return frozenset((p.patient, one.file) for p in stored.patients for one in p.slices)


def _sources(
    model: ReleasedModel,
    data: Sequence[Path],
    seen_too: bool,
    only: frozenset[tuple[str, str]] | None,
) -> list[StudySource]:
    """The studies of `data` that may be measured, none of them opened yet."""
    found = [source for root in data for source in find_studies(root)]
    if only is not None:
        wanted = {patient for patient, _ in only}
        return [source for source in found if source.name in wanted]
    seen = seen_by(model)
    # with digests all are opened: a name that training knows may be somebody else's
    return [one for one in found if seen_too or seen.by_pixels or not seen.named([one.name])]


def _part_of_model(model: ReleasedModel, seen_too: bool, validation: bool) -> str:
    """As `html_report.cautions` knows them too."""
    if validation:
        return "validation"
    if seen_too:
        return "all given patients, seen ones too"
    by_pixels = seen_by(model).by_pixels
    return "patients never seen" if by_pixels else "patients never seen, by name alone"


def _nobody(model: ReleasedModel, validation: bool) -> str:
    if validation:
        return (
            f"{model.label}: expected its validation patients in the data, found none of them. "
            "Give the data set that it was trained on."
        )
    return (
        f"{model.label}: expected patients with masks that its training never looked at, "
        "found none. Give other data, or --seen-too for figures that flatter."
    )


def _confident(
    model: ReleasedModel, group: LabelledSlices, patient: MeasuredPatient
) -> MeasuredPatient:
    """With a calibrated confidence where the card's calibration covers the patient's channels."""
    fit = model.card.confidence
    if fit is None or kind_of_slices(group.slices) not in fit.covers:
        return patient
    return with_confidence(patient, fit)
