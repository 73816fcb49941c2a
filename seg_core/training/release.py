"""A run becomes a released model: exported, checked against the run, measured, described.

Releasing never overwrites: it makes the next version. Nothing half-made is ever listed.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from seg_core.errors import ModelError, RunError
from seg_core.evaluation.costs import costs
from seg_core.evaluation.figures import calibrated, pooled
from seg_core.evaluation.grey_figures import shares
from seg_core.evaluation.grey_stored import read_grey
from seg_core.evaluation.measure import MeasuredPatient, fit_confidence, with_confidence
from seg_core.evaluation.report import Evaluation
from seg_core.evaluation.stored import read_evaluation
from seg_core.inference import make_engine
from seg_core.models.card import (
    SECOND_WEIGHTS,
    SECOND_XML,
    Begun,
    Calibration,
    Card,
    Cost,
    DataCard,
    FrameCard,
    Measured,
    TrainingCard,
    UsualLook,
)  # fmt: skip
from seg_core.models.card_files import write_card
from seg_core.models.naming import check_name
from seg_core.models.next_version import PICTURED, version_after
from seg_core.models.registry import ReleasedModel, open_model
from seg_core.models.seen_slices import write_seen_slices
from seg_core.models.slice_digests import slice_digests
from seg_core.study import FLAIR, LGG_CHANNELS
from seg_core.training.beginning import begun_with
from seg_core.training.judge import RunUnderTest, data_of, reading_as, under_test
from seg_core.training.loose_images import read_loose, read_negatives, read_positives
from seg_core.training.made_how import behind, compared, made_how
from seg_core.training.out_of_fold import (
    GREY_FOLDER,
    PART,
    read_as_read,
    read_begun,
    read_beside,
    read_recipe,
)
from seg_core.training.quantise import quantise, read_cost
from seg_core.training.run_data import part
from seg_core.training.run_folder import RunFolder
from seg_core.triage.unlike import usual_looks
from seg_core.whole_files import part_of_folder, settle, sweep_parts

EXPORT_TOLERANCE = 0.002
"""How far F1 of the exported network may lie from the run's own on the validation patients."""

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
    beside: Sequence[RunFolder] = (),
    data: Sequence[Path] = (),
    terms: DataTerms = DataTerms(),
    summary: str = "",
    out_of_fold: Path | None = None,
    version: str | None = None,
    int8: bool = False,
) -> ReleasedModel:
    """Make `models`/<name>/<version> of a run's best network; the next one there unless given.

    beside: runs of the same split whose networks read together with it; as a second opinion where
    `out_of_fold` was judged so.

    Calibration and costs come from the validation patients, the figures from the test
    patients (and, named so, from validation). With `out_of_fold`, what `cross_validate` wrote of
    the same recipe, all three come from there: they then say how well networks made this way
    read patients that they were not trained on, while this one may have seen all.
    int8: with a network in eight bits too, as `quantise` makes it; with `out_of_fold` its cost is
    what `quantise_folds` wrote there.

    Raises RunError while the run trains or where `out_of_fold` is of another recipe,
    ModelError for a name that no card may bear, and when the exported network does not give the
    run's own figures.
    """
    check_name(name)
    if run.status().under_way:
        raise RunError(
            f"{run.id}: expected a run that has ended, found it training. Stop it first."
        )
    _check_beside(run, beside)
    version = version or version_after([models / name])
    folder = models / name / version
    sweep_parts(folder.parent)
    with part_of_folder(folder) as part:
        made = part / name / version  # as a card's folders must be called
        _fill(made, run, beside, name, version, data, terms, summary, out_of_fold)
        if int8:
            cost = read_cost(out_of_fold) if out_of_fold else None
            quantise(open_model(made), list(data) or data_of(run), cost=cost)
        if not settle(made, folder):
            raise ModelError(
                f"{name}/{version}: expected a free version, found that another release took it "
                "meanwhile. Release again: it makes the next."
            )
    return open_model(folder)


def _fill(
    folder: Path,
    run: RunFolder,
    beside: Sequence[RunFolder],
    name: str,
    version: str,
    data: Sequence[Path],
    terms: DataTerms,
    summary: str,
    out_of_fold: Path | None,
) -> None:
    from seg_core.network.export import export_network

    recipe = run.recipe()
    how = read_as_read(out_of_fold) if out_of_fold else None
    second_opinion = how is not None and how.second_opinion
    tested = reading_as(under_test(run, data, beside, second_opinion=second_opinion), how)
    export_network(tested.network, folder)
    networks = [tested.network]
    if second_opinion:
        networks.append(tested.second)
        export_network(tested.second, folder, weights=SECOND_WEIGHTS, xml=SECOND_XML)
    if out_of_fold is None:
        # The run's own evaluations tell of its own network, and of no further one.
        into = folder if beside else run.path
        validation, validated = tested.evaluate("validation", into=into)
        parts = [tested.evaluate("test", into=into)[0]] if run.split().test else []
        judged = Judgement((*parts, validation), tuple(validated), "validation")
        parts_of_run = () if beside else judged.evaluations
        folders = {one.part: run.path / "evaluation" / one.part for one in parts_of_run}
    else:
        validated = tested.measure("validation")
        judged = _judged_out_of_fold(out_of_fold, run, beside)
        folders = {judged.part: out_of_fold}
    for name_of_part, source in folders.items():
        shutil.copytree(
            source, folder / "evaluation" / name_of_part, ignore=shutil.ignore_patterns(*PICTURED)
        )
    seen_slices = write_seen_slices(folder, _seen_slices(tested, beside))
    calibration = _calibration(judged, recipe.network.channels)
    card = Card(
        name=name,
        version=version,
        created=datetime.now(UTC).date().isoformat(),
        summary=summary or _summary((run, *beside)),
        frame=FrameCard(name=recipe.frame.name, size=recipe.network.size),
        channels=LGG_CHANNELS if recipe.network.channels == 3 else (LGG_CHANNELS[FLAIR],),
        network=recipe.network.model_dump(mode="json"),
        parameters=sum(network.count_params() for network in networks),
        data=_data_card((run, *beside), terms, seen_slices),
        training=_training_card(run),
        beside=tuple(_training_card(one) for one in beside),
        measured=(
            *(row for one in judged.evaluations for row in _measured(one)),
            *(_measured_grey(out_of_fold) if out_of_fold else ()),
        ),
        pixel_threshold=recipe.pixel_threshold,
        as_read=how,
        confidence=calibration,
        costs=_costs(judged, calibration),
        usual=_usual(tested),
        not_for=NOT_FOR,
        licence=_licence(terms, {one.recipe().network.pretrained for one in (run, *beside)}),
    )
    write_card(folder, card)
    _check_export(ReleasedModel(folder, card), tested, pooled(validated).dice)


@dataclass(frozen=True)
class Judgement:
    """What a card reports, and the patients that calibration and costs are taken from.

    part: the name of the part that these are.
    """

    evaluations: tuple[Evaluation, ...]
    patients: tuple[MeasuredPatient, ...]
    part: str

    @property
    def source(self) -> str:
        return f"evaluation/{self.part}"


def _check_beside(run: RunFolder, beside: Sequence[RunFolder]) -> None:
    """Networks that saw each other's validation or test patients would be measured on them."""
    for other in beside:
        if other.split().fingerprint != run.split().fingerprint:
            raise RunError(
                f"{other.id}: expected the split of {run.id}, whose network it is to read "
                "together with, found another one. Train it on the same split."
            )


def _summary(runs: Sequence[RunFolder]) -> str:
    of = " and ".join(f"run {run.id}, recipe {run.recipe().name}" for run in runs)
    return f"U-Net of {of}" if len(runs) == 1 else f"U-Nets that read together, of {of}"


def _judged_out_of_fold(folder: Path, run: RunFolder, beside: Sequence[RunFolder]) -> Judgement:
    recipe = read_recipe(folder)
    if compared(recipe) != compared(run.recipe()) or read_begun(folder) != behind(run):
        raise RunError(
            f"{folder}: expected the folds of {run.id}'s recipe, found those of another one "
            f"({recipe.name}). Cross-validate this recipe."
        )
    if read_beside(folder) != [made_how(one) for one in beside]:
        raise RunError(
            f"{folder}: expected networks that read together as those of this release do, found "
            "others. Cross-validate with the same --beside."
        )
    stored = read_evaluation(folder)
    return Judgement((stored.evaluation,), stored.patients, stored.evaluation.part)


def _calibration(judged: Judgement, channels: int) -> Calibration | None:
    """A network of one channel read FLAIR, so it knows studies that have nothing else."""
    fit = fit_confidence(judged.patients, judged.part, judged.source)
    if fit is None or channels > 1:
        return fit
    return fit.model_copy(update={"covers": ("differing", "grey")})


def _costs(judged: Judgement, calibration: Calibration | None) -> tuple[Cost, ...]:
    """By the confidences that other folds' fits gave where there are such, else by the card's."""
    if calibration is None:
        return ()
    patients = judged.patients
    if not calibrated(patients):
        patients = tuple(with_confidence(patient, calibration) for patient in patients)
    return costs(patients, judged.part, judged.source)


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


def _seen_slices(tested: RunUnderTest, beside: Sequence[RunFolder]) -> dict[str, Collection[str]]:
    """Digests of the patients that training and its choices looked at, and of images."""
    trained_on = _seen_patients(tested.run)
    found: dict[str, Collection[str]] = {
        group.patient: slice_digests(group.slices)
        for group in tested.patients
        if group.patient in trained_on
    }
    for one in (tested.run, *beside):
        found |= read_loose(one).pixels
    return found


def _seen_patients(run: RunFolder) -> set[str]:
    split = run.split()
    return {member.split("/")[0] for member in (*split.train, *split.validation)}


def _data_card(runs: Sequence[RunFolder], terms: DataTerms, seen_slices: int) -> DataCard:
    """Of runs of one split: the data of the first, and the images beside patients of all."""
    split, origin = runs[0].split(), runs[0].provenance()
    negatives, positives = (
        sorted({name for run in runs for name in read(run).trained})
        for read in (read_negatives, read_positives)
    )
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
        seen=(*sorted(_seen_patients(runs[0])), *negatives, *positives),
        seen_slices=seen_slices,
        negatives=len(negatives),
        positives=len(positives),
    )


def _training_card(run: RunFolder) -> TrainingCard:
    status = run.status()
    return TrainingCard(
        run=run.id,
        recipe=run.recipe().model_dump(mode="json"),
        epochs=status.epoch,
        best_epoch=status.best_epoch or status.epoch,
        device=run.provenance()["device"],
        pretrained=run.recipe().network.pretrained,
        begun=tuple(
            Begun(run=one.run, recipe=one.recipe.model_dump(mode="json")) for one in begun_with(run)
        ),
    )


def _licence(terms: DataTerms, pretrained: set[str]) -> str:
    text = f"Weights: the terms of the training data ({terms.licence})."
    begun = " and ".join(sorted(pretrained - {""}))
    return f"{text} They began from {begun}." if begun else text
