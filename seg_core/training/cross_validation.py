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

from seg_core.data.split import Split
from seg_core.errors import SplitError
from seg_core.evaluation.confidence_figures import probability_figures
from seg_core.evaluation.measure import MeasuredPatient, fit_confidence, with_confidence
from seg_core.evaluation.near_tumour import PixelFit, fit_pixels
from seg_core.evaluation.progress import OnStep, unheard
from seg_core.evaluation.report import Evaluation, evaluate_patients, write_evaluation
from seg_core.models.card import AsRead, Mirroring
from seg_core.study import Skipped
from seg_core.training.judge import (
    RunUnderTest,
    joined_network,
    not_there,
    reading_by,
    second_network,
    under_test,
)
from seg_core.training.made_how import made_how
from seg_core.training.out_of_fold import PART, SOURCE, write_how
from seg_core.training.run_folder import RunFolder


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
    _check_looks(bool(beside), flips, mirroring, second_opinion, pixels)
    folds = dict(sorted(_folds(runs).items()))
    together = _beside(folds, beside)
    # One recipe, so one frame: the patients serve all runs.
    first = replace(under_test(runs[0], data), mirroring=mirroring)
    tested = {
        fold: replace(first, run=run, **_networks(run, together[fold], second_opinion))
        for fold, run in folds.items()
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
    by_fold = [(run, *together[fold]) for fold, run in folds.items()]
    evaluation = _evaluation(patients, by_fold, first)
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
    write_how(out, runs[0], beside[0] if beside else None, as_read)
    write_evaluation(out, evaluation, patients)  # figures.json last: its being there says all
    missing = tuple(k for k in range(1, runs[0].split().settings.folds + 1) if k not in folds)
    return OutOfFold(evaluation, patients, as_read, missing)


def _check_looks(
    beside: bool, flips: bool, mirroring: Mirroring | None, second_opinion: bool, pixels: bool
) -> None:
    """Raises ValueError for ways to look at a slice that exclude each other."""
    if second_opinion and not (beside and mirroring):
        raise ValueError("second_opinion: expected beside and mirroring too, received none")
    if flips and mirroring is not None:
        raise ValueError("flips: expected every mirror image or some of them, received both")
    if pixels and mirroring is not None:
        raise ValueError("pixels: expected no mirroring, which goes by them, received some")


def _evaluation(
    patients: Sequence[MeasuredPatient],
    together: Sequence[Sequence[RunFolder]],
    tested: RunUnderTest,
) -> Evaluation:
    """together: of each fold the runs that read as one, the fold's own first. tested: one of them,
    with the data that all were judged on."""
    run = together[0][0]
    protocol = run.split().protocol
    assert protocol is not None  # looked at in `_folds`
    return evaluate_patients(
        patients,
        subject=", ".join(" with ".join(one.id for one in some) for some in together),
        part=PART,
        split_kind="folds",
        split_fingerprint=protocol.fingerprint,
        threshold=run.recipe().pixel_threshold,
        weights="each fold's kept epoch",
        data=[root.name for root in tested.data],
        left_out=_left_out([some[0].split() for some in together], patients, tested.left_out),
    )


def _left_out(
    splits: Sequence[Split], measured: Sequence[MeasuredPatient], unread: Sequence[Skipped]
) -> list[Skipped]:
    """What the folds of these splits should hold and was not measured."""
    expected = {member.split("/")[0] for split in splits for member in split.test}
    expected |= {name for split in splits if split.protocol for name in split.protocol.absent}
    here = [one for one in unread if one.file.split("/")[0] in expected]
    return [*here, *not_there(expected, measured, here)]


def _networks(run: RunFolder, beside: Sequence[RunFolder], second_opinion: bool) -> dict[str, Any]:
    """Those that judge the run's fold, by their names in `RunUnderTest`."""
    if not second_opinion:
        return {"network": joined_network((run, *beside))}
    return {"network": joined_network((run,)), "second": second_network(run, beside)}


def _measured(
    tested: RunUnderTest, flips: bool, fit: PixelFit, on_step: OnStep
) -> list[MeasuredPatient]:
    return reading_by(tested, flips, fit).measure("test", on_step=on_step)


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
