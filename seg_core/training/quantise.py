"""A released model gets its network in eight bits, and its card what that costs.

The ranges come from patients that the model was trained on, the cost from those it never saw.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from seg_core.data.batches import LabelledSlices
from seg_core.data.draws import slice_weights
from seg_core.errors import ModelError, SplitError
from seg_core.evaluation.beside import Pair, moved, pairs, write_beside
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.progress import OnStep, Step, unheard
from seg_core.evaluation.report import Evaluation, write_evaluation
from seg_core.inference import make_engine
from seg_core.models.card_files import write_card
from seg_core.models.file_names import INT8_XML, NETWORK_XML, SECOND_INT8_XML, SECOND_XML
from seg_core.models.next_version import amended_next
from seg_core.models.quantised import Moved, Quantised
from seg_core.models.registry import ReleasedModel, open_model, verify
from seg_core.models.seen import seen_by
from seg_core.network.quantise import quantise_network
from seg_core.settings import Settings
from seg_core.training.judge_model import judge_model, model_patients
from seg_core.training.out_of_fold import INT8

SLICES = 300
"""Slices that the layers' ranges come from: few a patient, so that many patients count."""

SOURCE = {"f32": "evaluation/float32", "int8": "evaluation/int8"}


COST = "cost.json"
"""In the INT8 of a cross-validation's folder: what eight bits cost its folds."""


def quantise(
    model: ReleasedModel,
    data: Sequence[Path],
    *,
    slices: int = SLICES,
    seed: int = 0,
    cost: Moved | None = None,
    on_step: OnStep = unheard,
) -> ReleasedModel:
    """Write network_int8.xml and .bin into the model's own folder, and its card anew.

    data: data sets that hold training patients, and such as the model never saw: without any of
    the latter the cost stays unmeasured, and float32 what the model is read with. cost: as it was
    measured out-of-fold on networks made the same way; nothing is measured then. It is for a
    version that nobody has read with: `quantise_next` makes a further one. Raises ModelError.
    """
    verify(model)
    model = make_int8(model, data, slices=slices, seed=seed, on_step=on_step)
    made, cost = model.card.quantised, cost or measure_int8(model, data, on_step)
    if made is None or cost is None:
        return model
    return _with(model, made.model_copy(update={"moved": cost}))


def make_int8(
    model: ReleasedModel,
    data: Sequence[Path],
    *,
    slices: int = SLICES,
    seed: int = 0,
    on_step: OnStep = unheard,
) -> ReleasedModel:
    """`quantise` without measuring what it costs."""
    on_step(Step("taking slices of training patients"))
    inputs, patients = calibration_slices(model, data, slices, seed)
    on_step(Step("quantising"))
    by = quantise_network(model.folder / NETWORK_XML, inputs, model.folder / INT8_XML)
    if model.card.second_opinion:
        quantise_network(model.folder / SECOND_XML, inputs, model.folder / SECOND_INT8_XML)
    return _with(model, Quantised(by=by, patients=patients, slices=len(inputs), seed=seed))


def read_cost(judged: Path) -> Moved | None:
    """What `quantise_folds` found beside a cross-validation; None where it was not asked.

    Raises SplitError for a file that says something else.
    """
    path = judged / INT8 / COST
    try:
        return Moved.model_validate_json(path.read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise SplitError(f"{path}: expected what eight bits cost, found {error}.") from error


def quantise_next(
    settings: Settings, model: ReleasedModel, data: Sequence[Path], *, on_step: OnStep = unheard
) -> ReleasedModel:
    """`quantise` into the workspace's next version of the model, which itself stays as it is."""
    return amended_next(settings, model, lambda copy: quantise(copy, data, on_step=on_step))


def measure_int8(
    model: ReleasedModel, data: Sequence[Path], on_step: OnStep = unheard
) -> Moved | None:
    """What eight bits move on patients of `data` never seen; None where there is none with a Dice.

    Both evaluations are left in the model's folder.
    """
    try:
        judged = {
            precision: judge_model(model, make_engine("openvino", precision), data, on_step=on_step)
            for precision in SOURCE
        }
    except SplitError:  # nobody is left
        return None
    threshold = model.card.confidence_threshold
    both = pairs(judged["f32"].measured, judged["int8"].measured)
    if all(first.dice is None or second.dice is None for first, second in both):
        return None
    for precision, one in judged.items():
        _write(model.folder / SOURCE[precision], one.evaluation, one.measured)
    write_beside(model.folder / SOURCE["int8"], both, threshold)
    return _moved(both, threshold, judged["int8"].evaluation)


def calibration_slices(
    model: ReleasedModel, data: Sequence[Path], slices: int, seed: int
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Slices of patients that training looked at, in the model's frame, and those patients' names.

    float32 (n, size, size, channels), n at most about `slices`, in an order drawn by `seed`: each
    patient gives equally many, drawn as training draws them: drawn evenly, few would hold tumour,
    and eight bits would fit what is no tumour. Raises ModelError where `data` holds none of these
    patients.
    """
    trained = model.card.data
    patients = len(set(trained.seen_patients))
    each = max(1, slices // max(1, patients))
    draws = np.random.default_rng(seed)
    drawn = [(group.patient, _some(group, each, draws)) for group in _seen(model, data)]
    if not drawn:
        raise ModelError(
            f"{model.label}: expected patients that it was trained on in the data, found none. "
            "Give the data set that it was trained on."
        )
    inputs = np.concatenate([part for _, part in drawn])
    order = draws.permutation(len(inputs))[:slices]
    return inputs[order], tuple(patient for patient, _ in drawn)


def _seen(model: ReleasedModel, data: Sequence[Path]) -> Iterator[LabelledSlices]:
    seen, groups = seen_by(model), model_patients(model, data, seen_too=True)
    return (group for group in groups if seen.whose([group.patient], group.slices))


def _some(group: LabelledSlices, each: int, draws: np.random.Generator) -> np.ndarray:
    """float32 (at most `each`, size, size, channels)."""
    weights = slice_weights(group.truth.sum(axis=(1, 2)))
    chosen = draws.choice(len(weights), min(each, len(weights)), replace=False, p=weights)
    return np.asarray(group.frame.to_network(group.slices[np.sort(chosen)]), np.float32)


def _with(model: ReleasedModel, made: Quantised) -> ReleasedModel:
    """The model with that on its card."""
    write_card(model.folder, model.card.model_copy(update={"quantised": made}))
    return open_model(model.folder)


def _write(folder: Path, evaluation: Evaluation, measured: Sequence[MeasuredPatient]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    write_evaluation(folder, evaluation, measured)


def _moved(both: Sequence[Pair], threshold: float, evaluation: Evaluation) -> Moved:
    split = f"{evaluation.part}, split by {evaluation.split_kind}"
    return moved(both, threshold, split, SOURCE["int8"])
