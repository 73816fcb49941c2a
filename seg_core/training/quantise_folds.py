"""What eight bits cost out-of-fold: each fold's network quantised, and judged on its own fold.

It releases nothing; what it writes lies beside what `cross_validate` wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from seg_core.evaluation.beside import Pair, moved, pairs, write_beside
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.progress import OnStep, unheard
from seg_core.inference import make_engine
from seg_core.models.card import FLAGGED_FROM
from seg_core.models.quantised import Moved
from seg_core.training.judge import data_of
from seg_core.training.judge_model import measure_model, model_patients
from seg_core.training.out_of_fold import INT8, PART, SOURCE
from seg_core.training.quantise import COST, make_int8
from seg_core.training.release import release
from seg_core.training.run_folder import RunFolder
from seg_core.whole_files import write_whole


def quantise_folds(
    runs: Sequence[RunFolder],
    judged: Path,
    data: Sequence[Path] = (),
    on_step: OnStep = unheard,
    *,
    beside: Sequence[RunFolder] = (),
) -> Moved:
    """Quantise the network of each run as a release of it would, and judge it in both precisions.

    judged: what `cross_validate` wrote of these runs; the cost is written into its `int8`.
    data: where the data sets lie now; from the runs' provenance unless given. beside: as there.
    """
    further = {run.split().settings.fold: (run,) for run in beside}
    both = [
        pair
        for run in runs
        for pair in _pairs(run, further.get(run.split().settings.fold, ()), judged, data, on_step)
    ]
    cost = moved(both, FLAGGED_FROM, PART, f"{SOURCE}/{INT8}")
    (judged / INT8).mkdir(exist_ok=True)
    write_beside(judged / INT8, both, FLAGGED_FROM)
    write_whole(judged / INT8 / COST, cost.model_dump_json(indent=1))
    return cost


def _pairs(
    run: RunFolder,
    beside: Sequence[RunFolder],
    judged: Path,
    data: Sequence[Path],
    on_step: OnStep,
) -> list[Pair]:
    """The patients of the run's fold, in float32 and in eight bits."""
    roots = list(data) or data_of(run)
    with TemporaryDirectory() as scratch:
        model = release(run, "fold", Path(scratch), beside=beside, data=roots, out_of_fold=judged)
        quantised = make_int8(model, roots, on_step=on_step)
        fold = {member.split("/")[0] for member in run.split().test}

        def measured(precision: str) -> list[MeasuredPatient]:
            groups = model_patients(quantised, roots, on_step=on_step)
            judging = (group for group in groups if group.patient in fold)
            return measure_model(quantised, make_engine("openvino", precision), judging)

        return pairs(measured("f32"), measured("int8"))
