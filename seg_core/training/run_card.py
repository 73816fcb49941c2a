"""What a card says of a run that becomes a model. It exports and measures nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seg_core.data.described import (
    Description,
    describe_images,
    describe_patients,
    is_lgg,
    together,
)
from seg_core.data.split import PARTS
from seg_core.errors import RunError
from seg_core.evaluation.costs import costs
from seg_core.evaluation.figures import calibrated
from seg_core.evaluation.grey_figures import shares
from seg_core.evaluation.grey_stored import read_grey
from seg_core.evaluation.measure import fit_confidence, with_confidence
from seg_core.evaluation.report import Evaluation
from seg_core.models.card import (
    AsRead,
    Begun,
    Calibration,
    Card,
    Cost,
    DataCard,
    FrameCard,
    Measured,
    TrainingCard,
    UsualLook,
)
from seg_core.models.slice_digests import slice_digests
from seg_core.study import FLAIR, LGG_CHANNELS
from seg_core.training.beginning import begun_with
from seg_core.training.few_names import few_names
from seg_core.training.judge import RunUnderTest
from seg_core.training.judgement import Judgement
from seg_core.training.loose_images import read_loose, read_negatives, read_positives
from seg_core.training.out_of_fold import GREY_FOLDER, PART
from seg_core.training.run_data import part
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import load_progress
from seg_core.triage.unlike import usual_looks


def card_of_run(
    tested: RunUnderTest,
    beside: Sequence[RunFolder],
    judged: Judgement,
    name: str,
    version: str,
    summary: str,
    how: AsRead | None,
    seen_slices: int,
) -> Card:
    """The card of a run's network, without the names of its files.

    beside: runs whose networks read together with it. how: as its logits become probabilities.
    seen_slices: how many digests lie beside it.
    """
    run, recipe = tested.run, tested.run.recipe()
    runs = (run, *beside)
    calibration = _calibration(judged, recipe.network.channels)
    data = _data_card(runs, described(runs, tested.data), seen_slices)
    networks = [tested.network] if tested.second is None else [tested.network, tested.second]
    return Card(
        name=name,
        version=version,
        created=datetime.now(UTC).date().isoformat(),
        summary=summary or _summary(runs),
        frame=FrameCard(name=recipe.frame.name, size=recipe.network.size),
        channels=LGG_CHANNELS if recipe.network.channels == 3 else (LGG_CHANNELS[FLAIR],),
        network=recipe.network.model_dump(mode="json"),
        parameters=sum(network.count_params() for network in networks),
        data=data,
        training=_training_card(run),
        beside=tuple(_training_card(one) for one in beside),
        measured=(
            *(row for one in judged.evaluations for row in _measured(one)),
            *(_measured_grey(judged.out_of_fold) if judged.out_of_fold else ()),
        ),
        pixel_threshold=recipe.pixel_threshold,
        as_read=how,
        confidence=calibration,
        costs=_costs(judged, calibration),
        usual=_usual(tested),
        not_for=_not_for(data.seen_patients),
        licence=_licence(data.licence, {one.recipe().network.pretrained for one in runs}),
    )


def digests_of_seen(
    tested: RunUnderTest, beside: Sequence[RunFolder]
) -> dict[str, Collection[str]]:
    """Digests of the patients that training and its choices looked at, and of images.

    Raises RunError where one of the patients is not among those at hand: a copy of it under
    another name would pass for never seen.
    """
    trained_on = _seen_patients(tested.run)
    missing = sorted(set(trained_on) - {group.patient for group in tested.patients})
    if missing:
        raise RunError(
            f"{tested.run.id}: expected all {len(trained_on)} patients that it learnt from, found "
            f"none of {few_names(missing)}. Give the data set that it was trained on."
        )
    found: dict[str, Collection[str]] = {
        group.patient: slice_digests(group.slices)
        for group in tested.patients
        if group.patient in trained_on
    }
    for one in (tested.run, *beside):
        found |= read_loose(one).pixels
    return found


def _summary(runs: Sequence[RunFolder]) -> str:
    of = " and ".join(f"run {run.id}, recipe {run.recipe().name}" for run in runs)
    return f"U-Net of {of}" if len(runs) == 1 else f"U-Nets that read together, of {of}"


CAVEAT = (
    "Calibrated on the patients that this model was judged on; elsewhere, with other diseases or "
    "scanners, the same confidence may hold less often."
)
"""Where these are not the LGG set's."""


def _calibration(judged: Judgement, channels: int) -> Calibration | None:
    """A network of one channel read FLAIR, so it knows studies that have nothing else."""
    fit = fit_confidence(judged.patients, judged.part, judged.source)
    if fit is None:
        return None
    changed: dict[str, Any] = {} if channels > 1 else {"covers": ("differing", "grey")}
    if not is_lgg({patient.patient for patient in judged.patients}):
        changed["caveat"] = CAVEAT
    return fit.model_copy(update=changed)


def _costs(judged: Judgement, calibration: Calibration | None) -> tuple[Cost, ...]:
    """By the confidences that other folds' fits gave where there are such, else by the card's."""
    if calibration is None:
        return ()
    patients = judged.patients
    if not calibrated(patients):
        patients = tuple(with_confidence(patient, calibration) for patient in patients)
    return costs(patients, judged.part, judged.source)


def _measured(evaluation: Evaluation) -> list[Measured]:
    return [
        Measured(
            name=figure.name,
            value=figure.value,
            low=figure.low,
            high=figure.high,
            split=f"{evaluation.part}, split by {evaluation.split_kind}",
            patients=evaluation.patients,
            slices=evaluation.slices,
            source=f"evaluation/{evaluation.part}",
        )
        for figure in evaluation.figures
    ]


def _measured_grey(out_of_fold: Path) -> list[Measured]:
    """Shares of the images by class that get a mask at all, where `out_of_fold` judged any."""
    folder = out_of_fold / GREY_FOLDER
    if not folder.is_dir():
        return []
    stored = read_grey(folder)
    threshold = stored.evaluation.threshold
    return [
        Measured(
            name=f"Images of {one.class_name} with any mask, share",
            value=one.share.value,
            low=one.share.low,
            high=one.share.high,
            split="grey images that the judging network left out",
            patients=one.share.pictures,
            slices=one.share.images,
            source=f"evaluation/{PART}/{GREY_FOLDER}",
            pixel_threshold=threshold,
        )
        for one in shares(stored.images, stored.evaluation.classes, 1, (threshold,))
    ]


def _usual(tested: RunUnderTest) -> tuple[UsualLook, ...]:
    """What the training patients' slices look like, for the check of later inputs."""
    trained_on = part(tested.patients, tested.run.split(), "train")
    channels = tested.run.recipe().network.channels
    return usual_looks((patient.slices for patient in trained_on), channels)


def _seen_patients(run: RunFolder) -> set[str]:
    split = run.split()
    return {member.split("/")[0] for member in (*split.train, *split.validation)}


def described(runs: Sequence[RunFolder], data: Sequence[Path] = ()) -> Description:
    """What runs of one split learnt from, patients and images, in the words of their folders.

    data: where the patients lie now; none for where they lay.
    Raises InputError where a folder's description is none.
    """
    split, origin = runs[0].split(), runs[0].provenance()
    patients = {member.split("/")[0] for name in PARTS for member in split.members(name)}
    found = [describe_patients(data or [Path(path) for path in origin["data"]], patients)]
    if images := {name for run in runs for name in read_loose(run).trained}:
        kinds = [
            one.provenance().get(kind, ()) for one in runs for kind in ("negatives", "positives")
        ]
        found.append(describe_images([Path(path) for paths in kinds for path in paths], images))
    return together(found)


def _data_card(runs: Sequence[RunFolder], described_as: Description, seen_slices: int) -> DataCard:
    """Of runs of one split: the data of the first, and the images beside patients of all."""
    split, origin = runs[0].split(), runs[0].provenance()
    negatives, positives = (
        sorted({name for run in runs for name in read(run).trained})
        for read in (read_negatives, read_positives)
    )
    return DataCard(
        name=described_as.name,
        source=described_as.source,
        licence=described_as.licence,
        patients=origin["patients"],
        slices=origin["slices"],
        tumour_slices=origin["tumour_slices"],
        split_by=split.settings.kind,
        split_fingerprint=split.fingerprint,
        parts={
            name: len({member.split("/")[0] for member in split.members(name)}) for name in PARTS
        },
        seen=(*sorted(_seen_patients(runs[0])), *negatives, *positives),
        seen_slices=seen_slices,
        negatives=len(negatives),
        positives=len(positives),
    )


def _not_for(patients: Collection[str]) -> tuple[str, ...]:
    normal = "Saying that a brain is normal"
    return (
        "Diagnosis, or any decision about a patient. Research use only.",
        f"{normal}: every training patient had a lower-grade glioma."
        if is_lgg(patients)
        else f"{normal}.",
        "Other planes, other sequences, other diseases, or images that are not brain MRI.",
    )


def _training_card(run: RunFolder) -> TrainingCard:
    status, ended = run.status(), load_progress(run.last).epoch - 1
    return TrainingCard(
        run=run.id,
        recipe=run.recipe().model_dump(mode="json"),
        epochs=ended,
        best_epoch=status.best_epoch or ended,
        device=run.provenance()["device"],
        pretrained=run.recipe().network.pretrained,
        begun=tuple(
            Begun(run=one.run, recipe=one.recipe.model_dump(mode="json")) for one in begun_with(run)
        ),
    )


def _licence(of_data: str, pretrained: set[str]) -> str:
    text = f"Weights: the terms of the training data ({of_data})."
    begun = " and ".join(sorted(pretrained - {""}))
    return f"{text} They began from {begun}." if begun else text
