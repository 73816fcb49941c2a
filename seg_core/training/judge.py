"""A run measured on a part of its split. It trains nothing and chooses nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from seg_core.data.batches import LabelledSlices
from seg_core.data.split import PARTS, Split
from seg_core.errors import RunError, SplitError
from seg_core.evaluation.full_report import Judged, remove_report
from seg_core.evaluation.measure import MeasuredPatient, Predict, measure
from seg_core.evaluation.near_tumour import PixelFit
from seg_core.evaluation.progress import OnStep, counted, unheard
from seg_core.evaluation.report import Evaluation, evaluate_patients, write_evaluation
from seg_core.inference.mirrored import with_mirrored
from seg_core.models.card import AsRead, Mirroring
from seg_core.study import Skipped
from seg_core.training.averaging import use_averaged
from seg_core.training.beginning import mix_in
from seg_core.training.build import build_model
from seg_core.training.run_data import load_patients, part
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import load_progress, load_state, state_folder

BATCH = 16


def best_network(run: RunFolder) -> Any:
    """The network with the weights that the run keeps. Raises RunError before any epoch ended."""
    found = run.best
    if state_folder(found) is None:
        found = run.last  # which may be of a stop in the first epoch
        if state_folder(found) is None or load_progress(found).epoch == 1:
            raise RunError(f"{run.id}: expected a finished epoch, found none. Train on.")
    model = build_model(run.recipe())
    load_state(found, model)
    use_averaged(model)
    mix_in(model, run)
    return model


def joined_network(runs: Sequence[RunFolder]) -> Any:
    """The runs' best networks, reading together. Raises RunError where their frames differ."""
    from seg_core.network.joined import joined

    _check_frames(runs)
    return joined([best_network(run) for run in runs])


def second_network(run: RunFolder, beside: Sequence[RunFolder]) -> Any:
    """The network of `beside`, to be asked about slices of `run`'s frame. Raises RunError."""
    from seg_core.network.joined import joined

    _check_frames((run, *beside))
    return joined([best_network(one) for one in beside], run.recipe().network.channels)


def _check_frames(runs: Sequence[RunFolder]) -> None:
    frames = {(one.frame.name, one.network.size) for one in (run.recipe() for run in runs)}
    if len(frames) > 1:
        found = " and ".join(f"{name} of {size}" for name, size in sorted(frames))
        raise RunError(
            f"{', '.join(run.id for run in runs)}: expected one frame, found {found}. Networks "
            "that read together see the same square."
        )


@dataclass(frozen=True, eq=False)
class RunUnderTest:
    """A run's best network with its data, both loaded once.

    left_out: what of the data could not be read. mirroring: as of a card's `AsRead`. second: the
    network that is asked for a second opinion.
    """

    run: RunFolder
    network: Any
    patients: Sequence[LabelledSlices]
    data: Sequence[Path] = ()
    left_out: Sequence[Skipped] = ()
    mirroring: Mirroring | None = None
    second: Any = None

    def predict(self, batch: np.ndarray) -> np.ndarray:
        """Keras' prediction: float32 (b, size, size, c) -> float32 (b, size, size)."""
        second = None if self.second is None else partial(_one_view, self.second)
        return with_mirrored(partial(_one_view, self.network), batch, self.mirroring, second)

    def measure(
        self, part_name: str, predict: Predict | None = None, on_step: OnStep = unheard
    ) -> list[MeasuredPatient]:
        """Measure one part of the run's split, with its own network or another prediction.

        Raises SplitError for an empty part.
        """
        chosen = part(self.patients, self.run.split(), part_name)
        if not chosen:
            raise SplitError(f"{self.run.id}: expected slices in {part_name!r}, found none.")
        threshold = self.run.recipe().pixel_threshold
        measured = measure(chosen, predict or self.predict, threshold, BATCH)
        return list(counted(measured, "measuring", len(chosen), on_step))

    def evaluate(
        self, part_name: str, on_step: OnStep = unheard, *, into: Path | None = None
    ) -> tuple[Evaluation, list[MeasuredPatient]]:
        """Measure `train`, `validation` or `test`, and write `evaluation/<part>/`.

        into: the folder that gets it, the run's own unless given: that is for its own network.
        """
        measured, split = self.measure(part_name, on_step=on_step), self.run.split()
        evaluation = evaluate_patients(
            measured,
            subject=self.run.id,
            part=part_name,
            split_kind=split.title,
            split_fingerprint=split.fingerprint,
            threshold=self.run.recipe().pixel_threshold,
            weights=self.weights,
            data=[root.name for root in self.data],
            left_out=missing_from(split, part_name, measured, self.left_out),
        )
        folder = (into or self.run.path) / "evaluation" / part_name
        remove_report(folder)
        write_evaluation(folder, evaluation, measured)
        return evaluation, measured

    def judged(self, part_name: str, on_step: OnStep = unheard) -> Judged:
        """`evaluate`, with what a full report needs beside the figures."""
        evaluation, measured = self.evaluate(part_name, on_step)
        chosen = part(self.patients, self.run.split(), part_name)
        return Judged(evaluation, measured, lambda: chosen, self.predict, self.data)

    @property
    def weights(self) -> str:
        """Which of its weights the run keeps: the best epoch, or the last one before any best."""
        status, share = self.run.status(), self.run.recipe().begun_share
        mixed = f", {share:g} of the run that it began with" if share else ""
        if status.best_epoch is not None and state_folder(self.run.best):
            return f"best epoch, {status.best_epoch} of {status.epoch}{mixed}"
        return f"epoch {status.epoch}{mixed}"


def under_test(
    run: RunFolder,
    data: Sequence[Path] = (),
    beside: Sequence[RunFolder] = (),
    *,
    second_opinion: bool = False,
) -> RunUnderTest:
    """Load a run's best network and its data sets.

    data: where these lie now; from the run's provenance unless given. beside: runs whose networks
    read together with the run's own, which is the one that is asked for frame and split; of every
    slice, or as a second opinion.
    """
    roots = list(data) or data_of(run)
    left_out: list[Skipped] = []
    network = joined_network((run,) if second_opinion else (run, *beside))
    second = second_network(run, beside) if second_opinion else None
    patients = load_patients(roots, run.recipe(), left_out.append)
    return RunUnderTest(run, network, patients, roots, left_out, second=second)


def reading_as(tested: RunUnderTest, how: AsRead | None) -> RunUnderTest:
    """The same run, its network reading so; as it is without a `how`."""
    if how is None:
        return tested
    mirrored = replace(tested, mirroring=how.mirroring)
    return reading_by(mirrored, how.flips, PixelFit(how.slope, how.intercept))


def reading_by(tested: RunUnderTest, flips: bool, fit: PixelFit) -> RunUnderTest:
    """The same run, its networks' probabilities with mirror images and calibrated."""
    from seg_core.network.as_read import as_read

    network = as_read(tested.network, flips=flips, **asdict(fit))
    second = None if tested.second is None else as_read(tested.second, **asdict(fit))
    return replace(tested, network=network, second=second)


def _one_view(network: Any, batch: np.ndarray) -> np.ndarray:
    return np.array(network.predict_on_batch(batch))[..., 0]


def data_of(run: RunFolder) -> list[Path]:
    """Where the run's data sets lay when it trained."""
    return [Path(root) for root in run.provenance()["data"]]


def missing_from(
    split: Split,
    part_name: str,
    measured: Sequence[MeasuredPatient],
    left_out: Sequence[Skipped],
) -> list[Skipped]:
    """What a part of a split should hold and could not be measured.

    left_out: patients and `patient/file`s of the whole data that could not be read. Those of
    patients that are wholly in other parts do not count.
    """

    def patients(name: str) -> set[str]:
        return {member.split("/")[0] for member in split.members(name)}

    here = patients(part_name)
    elsewhere = set().union(*map(patients, PARTS)) - here
    unread = [one for one in left_out if one.file.split("/")[0] not in elsewhere]
    return [*unread, *not_there(here, measured, unread)]


def not_there(
    expected: Collection[str], measured: Sequence[MeasuredPatient], left_out: Sequence[Skipped]
) -> list[Skipped]:
    """The expected patients that the data does not hold, readable or not, in order of name."""
    found = {patient.patient for patient in measured} | {one.file for one in left_out}
    reason = "expected this patient in the data, found none. Name the data set that holds it."
    return [Skipped(name, reason) for name in sorted(set(expected) - found)]
