"""Runs on the folds of one protocol, judged together: each patient by the run that left it out.

Calibration is crossed too: a fold's probabilities and confidences come from fits on the others.
It trains nothing, and chooses no run, epoch or threshold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from seg_core.errors import SplitError
from seg_core.evaluation.confidence_figures import probability_figures
from seg_core.evaluation.measure import MeasuredPatient, fit_confidence, with_confidence
from seg_core.evaluation.near_tumour import PixelFit, fit_pixels
from seg_core.evaluation.progress import OnStep, unheard
from seg_core.evaluation.report import Evaluation, evaluate_patients, write_evaluation
from seg_core.models.card import AsRead, Mirroring
from seg_core.training.beginning import begun_with
from seg_core.training.judge import RunUnderTest, joined_network, second_network, under_test
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import RunFolder
from seg_core.whole_files import write_whole

PART, RECIPE, AS_READ = "out-of-fold", "recipe.json", "as_read.json"
BEGUN = "begun.json"
"""Recipes of the runs that those of RECIPE began with, split and seed left out."""
BESIDE = "beside.json"
"""`made_how` of the networks that read together with those of RECIPE."""

GREY_FOLDER = "grey"
SOURCE = f"evaluation/{PART}"


@dataclass(frozen=True)
class OutOfFold:
    """All patients as judged, and how a network made this way is to read.

    missing: folds that no run stands for; the figures are then of the other folds' patients.
    """

    evaluation: Evaluation
    patients: tuple[MeasuredPatient, ...]
    as_read: AsRead
    missing: tuple[int, ...]


def cross_validate(
    runs: Sequence[RunFolder],
    out: Path,
    data: Sequence[Path] = (),
    on_step: OnStep = unheard,
    *,
    beside: Sequence[RunFolder] = (),
    flips: bool = False,
    mirroring: Mirroring | None = None,
    second_opinion: bool = False,
    pixels: bool = False,
) -> OutOfFold:
    """Judge each run on its fold, pool the patients, and write `out` as an evaluation.

    data: where the data sets lie now; from the runs' provenance unless given. beside: of each of
    the folds one further run, of one recipe of their own, whose network reads together with it.
    flips: whether a slice's mirror image is read too; mirroring: of some slices only.
    second_opinion: whether `beside` is asked about these slices only, and both ways. pixels:
    whether probabilities are calibrated on the pixels around tumour; those far from it then rise
    too (EXPERIMENTS.md).
    Raises SplitError unless the runs stand for different folds of one protocol, ValueError for
    `mirroring` with `flips` or `pixels`, and for a second opinion without `beside` or `mirroring`.
    """
    if second_opinion and not (beside and mirroring):
        raise ValueError("second_opinion: expected beside and mirroring too, received none")
    if flips and mirroring is not None:
        raise ValueError("flips: expected every mirror image or some of them, received both")
    if pixels and mirroring is not None:
        raise ValueError("pixels: expected no mirroring, which goes by them, received some")
    folds = _folds(runs)
    together = _beside(folds, beside)
    # One recipe, so one frame: the patients serve all runs.
    first = replace(under_test(runs[0], data), mirroring=mirroring)
    tested = {
        fold: replace(first, run=run, **_networks(run, together[fold], second_opinion))
        for fold, run in sorted(folds.items())
    }
    plain = {fold: _measured(one, flips, PixelFit(), on_step) for fold, one in tested.items()}
    measured, fit = plain, PixelFit()
    if pixels:
        fits = {fold: _pixel_fit(_others(plain, fold)) for fold in folds}
        measured = {
            fold: _measured(one, flips, fits[fold], on_step) for fold, one in tested.items()
        }
        fit = _pixel_fit(patient for some in plain.values() for patient in some)
    patients = tuple(patient for fold in measured for patient in _crossed(measured, fold))
    settings, protocol = runs[0].split().settings, runs[0].split().protocol
    assert protocol is not None  # looked at in `_folds`
    evaluation = evaluate_patients(
        patients,
        subject=", ".join(
            " with ".join(run.id for run in (one.run, *together[fold]))
            for fold, one in tested.items()
        ),
        part=PART,
        split_kind="folds",
        split_fingerprint=protocol.fingerprint,
        threshold=runs[0].recipe().pixel_threshold,
        weights="each fold's kept epoch",
        data=[root.name for root in data],
    )
    if pixels:
        evaluation = _with_figures_before(evaluation, plain)
    as_read = AsRead(
        flips=flips,
        mirrored_from=mirroring.least if mirroring else None,
        mirrored_unsure=mirroring.unsure if mirroring else 0.0,
        second_opinion=second_opinion,
        **asdict(fit),
        split=PART,
        patients=len(patients),
        source=SOURCE,
    )
    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / RECIPE, runs[0].recipe().model_dump_json(indent=1))
    write_whole(out / BEGUN, json.dumps(behind(runs[0])))
    write_whole(out / BESIDE, json.dumps([made_how(run) for run in beside[:1]]))
    write_whole(out / AS_READ, as_read.model_dump_json(indent=1))
    write_evaluation(out, evaluation, patients)  # figures.json last: its being there says all
    missing = tuple(k for k in range(1, settings.folds + 1) if k not in folds)
    return OutOfFold(evaluation, patients, as_read, missing)


def compared(recipe: Recipe) -> dict[str, Any]:
    """What must be alike in networks that are judged as one: all but the split and the seed."""
    return recipe.model_dump(mode="json", exclude={"split", "seed"})


def behind(run: RunFolder) -> list[dict[str, Any]]:
    """`compared` of the recipes whose networks the run began with, the first one first."""
    return [compared(one.recipe) for one in begun_with(run)]


def made_how(run: RunFolder) -> dict[str, Any]:
    """`compared` of a run's recipe, and what is `behind` it where there is anything."""
    earlier = behind(run)
    return compared(run.recipe()) | ({"begun": earlier} if earlier else {})


def read_recipe(folder: Path) -> Recipe:
    """The recipe of a folder that `cross_validate` wrote. Raises SplitError without one."""
    try:
        return Recipe.model_validate_json((folder / RECIPE).read_text())
    except (OSError, ValueError) as error:
        raise SplitError(
            f"{folder}: expected what `crossvalidate` writes, {RECIPE} among it, found {error}."
        ) from error


def read_begun(folder: Path) -> list[dict[str, Any]]:
    """What is `behind` the runs that were judged in `folder`."""
    return _read_list(folder / BEGUN)


def read_beside(folder: Path) -> list[dict[str, Any]]:
    """`made_how` of the runs whose networks read together with `read_recipe`'s."""
    return _read_list(folder / BESIDE)


def _read_list(path: Path) -> list[dict[str, Any]]:
    """[] where the folder is of before such a file was written."""
    return list(json.loads(path.read_text())) if path.is_file() else []


def read_as_read(folder: Path) -> AsRead | None:
    """How the folds' networks read; None for a folder of before that was written down."""
    try:
        return AsRead.model_validate_json((folder / AS_READ).read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise SplitError(
            f"{folder / AS_READ}: expected what `crossvalidate` writes, found {error}."
        ) from error


def reading_as(tested: RunUnderTest, how: AsRead | None) -> RunUnderTest:
    """The same run, its network reading so; as it is without a `how`."""
    if how is None:
        return tested
    mirrored = replace(tested, mirroring=how.mirroring)
    return _reading(mirrored, how.flips, PixelFit(how.slope, how.intercept))


def _reading(tested: RunUnderTest, flips: bool, fit: PixelFit) -> RunUnderTest:
    from seg_core.network.as_read import as_read

    network = as_read(tested.network, flips=flips, **asdict(fit))
    second = None if tested.second is None else as_read(tested.second, **asdict(fit))
    return replace(tested, network=network, second=second)


def _networks(run: RunFolder, beside: Sequence[RunFolder], second_opinion: bool) -> dict[str, Any]:
    """Those that judge the run's fold, by their names in `RunUnderTest`."""
    if not second_opinion:
        return {"network": joined_network((run, *beside))}
    return {"network": joined_network((run,)), "second": second_network(run, beside)}


def _measured(
    tested: RunUnderTest, flips: bool, fit: PixelFit, on_step: OnStep
) -> list[MeasuredPatient]:
    return _reading(tested, flips, fit).measure("test", on_step=on_step)


def _pixel_fit(patients: Iterable[MeasuredPatient]) -> PixelFit:
    return fit_pixels([one.near_tumour for one in patients if one.near_tumour is not None])


def _with_figures_before(
    evaluation: Evaluation, plain: Mapping[int, Sequence[MeasuredPatient]]
) -> Evaluation:
    """Beside its figures of probabilities, what they were before these were calibrated."""
    patients = [patient for some in plain.values() for patient in some]
    before = (
        replace(one, name=f"{one.name}, before calibration")
        for one in probability_figures(patients)
    )
    return replace(evaluation, figures=(*evaluation.figures, *before))


def _folds(runs: Sequence[RunFolder]) -> dict[int, RunFolder]:
    """The runs by fold, of one protocol and one recipe. Raises SplitError otherwise."""
    if not runs:
        raise SplitError("runs: expected one run a fold, received none.")
    found: dict[int, RunFolder] = {}
    seen: dict[str, set[str]] = {"protocol": set(), "recipe": set()}
    for run in runs:
        split = run.split()
        if split.settings.kind != "folds" or split.protocol is None:
            raise SplitError(
                f"{run.id}: expected a run on a fold, found a split by {split.settings.kind}. "
                "Train with --set split.kind=folds --set split.fold=1 and so on."
            )
        fold = split.settings.fold
        if fold in found:
            raise SplitError(
                f"{run.id}: fold {fold} is already {found[fold].id}. Name one of them."
            )
        found[fold] = run
        seen["protocol"].add(split.protocol.fingerprint)
        seen["recipe"].add(json.dumps(made_how(run), sort_keys=True))
    for what, different in seen.items():
        if len(different) > 1:
            raise SplitError(
                f"runs: expected one {what}, found {len(different)} different ones among "
                f"{', '.join(run.id for run in runs)}. Their figures cannot be pooled."
            )
    return found


def _beside(
    folds: Mapping[int, RunFolder], beside: Sequence[RunFolder]
) -> dict[int, tuple[RunFolder, ...]]:
    """What reads together with the run of each fold. Raises SplitError where it left out others."""
    if not beside:
        return dict.fromkeys(folds, ())
    further, runs = _folds(beside), (*folds.values(), *beside)
    protocols = {run.split().protocol.fingerprint for run in runs}  # type: ignore[union-attr]  # `_folds` has seen to it
    if len(protocols) > 1 or folds.keys() != further.keys():
        raise SplitError(
            f"beside: expected a run on each of the folds {sorted(folds)} of the same protocol, "
            f"found folds {sorted(further)}. A network that saw a patient must not judge it."
        )
    return {fold: (run,) for fold, run in further.items()}


def _others(measured: Mapping[int, Sequence[MeasuredPatient]], fold: int) -> list[MeasuredPatient]:
    """The patients of all folds but one."""
    return [patient for k, patients in measured.items() if k != fold for patient in patients]


def _crossed(measured: Mapping[int, Sequence[MeasuredPatient]], fold: int) -> list[MeasuredPatient]:
    """A fold's patients, their confidence calibrated on the others; as they are where none can."""
    fit = fit_confidence(_others(measured, fold), f"{PART}, other folds", SOURCE)
    here = measured[fold]
    return list(here) if fit is None else [with_confidence(patient, fit) for patient in here]
