"""A run becomes a released model: exported, checked against the run, measured, described.

Releasing never overwrites: it makes the next version. Nothing half-made is ever listed.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from seg_core.errors import ModelError, RunError
from seg_core.evaluation.costs import costs
from seg_core.evaluation.figures import pooled, scores_and_truth
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.report import Evaluation
from seg_core.inference import make_engine
from seg_core.models.card import (
    Calibration,
    Card,
    DataCard,
    FrameCard,
    Measured,
    TrainingCard,
)  # fmt: skip
from seg_core.models.card_files import write_card
from seg_core.models.registry import ReleasedModel, open_model
from seg_core.network.settings import count_parameters
from seg_core.study import LGG_CHANNELS
from seg_core.training.judge import RunUnderTest, under_test
from seg_core.training.run_folder import RunFolder
from seg_core.triage.calibration import fit_logistic

EXPORT_TOLERANCE = 0.002
"""How far F1 of the exported network may lie from the run's own on the validation patients."""

PICTURED = ("panels", "panels.csv", "report.html")
"""Of an evaluation: what shows patients' slices. A model goes places where they may not."""

NOT_FOR = (
    "Diagnosis, or any decision about a patient. Research use only.",
    "Saying that a brain is normal: every training patient had a lower-grade glioma.",
    "Other planes, other sequences, other diseases, or images that are not brain MRI.",
)


@dataclass(frozen=True)
class DataTerms:
    """What a card says of its training data beyond the numbers."""

    name: str = "LGG segmentation set (TCGA-LGG; Buda et al. 2019)"
    source: str = "Kaggle mateuszbuda/lgg-mri-segmentation; images from The Cancer Imaging Archive"
    licence: str = "CC BY-NC-SA 4.0 as published on Kaggle; images CC BY 3.0"


def release(
    run: RunFolder,
    name: str,
    models: Path,
    *,
    data: Sequence[Path] = (),
    terms: DataTerms = DataTerms(),
    summary: str = "",
) -> ReleasedModel:
    """Make `models`/<name>/<next version> of a run's best network.

    Calibration and costs come from the validation patients, the figures from the test
    patients (and, named so, from validation). Raises RunError while the run trains,
    ModelError when the exported network does not give the run's own figures.
    """
    if run.status().state in ("preparing", "training", "stopping"):
        raise RunError(
            f"{run.id}: expected a run that has ended, found it training. Stop it first."
        )
    version = _next_version(models / name)
    beside = models / name / f".{version}.part" / name / version
    shutil.rmtree(beside.parent.parent, ignore_errors=True)
    try:
        _fill(beside, run, name, version, data, terms, summary)
        beside.rename(models / name / version)
    finally:
        shutil.rmtree(models / name / f".{version}.part", ignore_errors=True)
    return open_model(models / name / version)


def _fill(
    folder: Path,
    run: RunFolder,
    name: str,
    version: str,
    data: Sequence[Path],
    terms: DataTerms,
    summary: str,
) -> None:
    from seg_core.network.export import export_network

    tested = under_test(run, data)
    export_network(tested.network, folder)
    validation, validated = tested.evaluate("validation")
    parts = [tested.evaluate("test")[0]] if run.split().test else []
    parts.append(validation)
    for evaluation in parts:
        shutil.copytree(
            run.path / "evaluation" / evaluation.part,
            folder / "evaluation" / evaluation.part,
            ignore=shutil.ignore_patterns(*PICTURED),
        )
    calibration = _calibration(validated)
    card = Card(
        name=name,
        version=version,
        created=datetime.now(UTC).date().isoformat(),
        summary=summary or f"U-Net of run {run.id}, recipe {run.recipe().name}",
        frame=FrameCard(name=run.recipe().frame.name, size=run.recipe().network.size),
        channels=LGG_CHANNELS,
        network=run.recipe().network.model_dump(mode="json"),
        parameters=count_parameters(run.recipe().network),
        data=_data_card(run, terms),
        training=_training_card(run),
        measured=tuple(row for evaluation in parts for row in _measured(evaluation)),
        pixel_threshold=run.recipe().pixel_threshold,
        confidence=calibration,
        costs=costs(validated, calibration, "validation", "evaluation/validation")
        if calibration
        else (),
        not_for=NOT_FOR,
        licence=f"Weights: the terms of the training data ({terms.licence}).",
    )
    write_card(folder, card)
    _check_export(ReleasedModel(folder, card), tested, pooled(validated).dice)


def _calibration(validated: Sequence[MeasuredPatient]) -> Calibration | None:
    """Fitted on the validation slices; None when they hold one kind of slice only."""
    scores, tumour = scores_and_truth(validated)
    if not tumour.any() or tumour.all():
        return None
    return fit_logistic(
        scores,
        tumour,
        split="validation",
        patients=len(validated),
        source="evaluation/validation",
    )


def _check_export(model: ReleasedModel, tested: RunUnderTest, expected: float | None) -> None:
    """The exported network on the validation patients must give the run's own F1."""
    engine = make_engine("openvino")
    engine.load(model)
    found = pooled(tested.measure("validation", engine.predict)).dice
    if abs((found or 0.0) - (expected or 0.0)) > EXPORT_TOLERANCE:
        raise ModelError(
            f"{tested.run.id}: expected the exported network to give the run's F1 of {expected}, "
            f"found {found}. Nothing was released."
        )


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


def _data_card(run: RunFolder, terms: DataTerms) -> DataCard:
    split, origin = run.split(), run.provenance()
    seen = {member.split("/")[0] for member in (*split.train, *split.validation)}
    return DataCard(
        name=terms.name,
        source=terms.source,
        licence=terms.licence,
        patients=origin["patients"],
        slices=origin["slices"],
        tumour_slices=origin["tumour_slices"],
        split_by=split.settings.kind,
        split_fingerprint=split.fingerprint,
        parts={
            name: len({member.split("/")[0] for member in split.members(name)})
            for name in ("train", "validation", "test")
        },
        seen=tuple(sorted(seen)),
    )


def _training_card(run: RunFolder) -> TrainingCard:
    status = run.status()
    return TrainingCard(
        run=run.id,
        recipe=run.recipe().model_dump(mode="json"),
        epochs=status.epoch,
        best_epoch=status.best_epoch or status.epoch,
        device=run.provenance()["device"],
    )


def _next_version(folder: Path) -> str:
    taken = [int(f.name) for f in folder.iterdir() if f.name.isdecimal()] if folder.is_dir() else []
    return str(max(taken, default=0) + 1)
