"""Which evaluation a run's or a model's thresholds can be tuned on. It measures nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from seg_core.errors import InputError
from seg_core.evaluation.finished import folder_for_run
from seg_core.evaluation.operating_point import TUNED_ON
from seg_core.evaluation.stored import FIGURES, StoredEvaluation, read_evaluation, read_figures
from seg_core.evaluation.threshold_table import FILE as THRESHOLDS_FILE
from seg_core.evaluation.tuning import TUNABLE, confident
from seg_core.models.card import Calibration
from seg_core.models.next_version import same_network
from seg_core.models.registry import ReleasedModel, list_models
from seg_core.settings import Settings


@dataclass(frozen=True)
class TuningSource:
    """A folder with an evaluation to tune on. counted: by pixel threshold too."""

    folder: Path
    counted: bool

    @property
    def stamp(self) -> float:
        """Changes when the evaluation is made anew."""
        return (self.folder / FIGURES).stat().st_mtime


def source_of_run(settings: Settings, run_id: str) -> TuningSource | None:
    """The run's own evaluation on validation patients, where there is one."""
    return _source(folder_for_run(settings, run_id, "validation"))


def source_of_model(settings: Settings, model: ReleasedModel) -> TuningSource | None:
    """The one of most patients that was counted by pixel threshold, else the model's own.

    Its own folder comes first, then evaluations of any version of the same network: no count
    by threshold depends on the thresholds of a card.
    """
    found = [source for folder in _folders(settings, model) if (source := _source(folder))]
    return max(found, key=lambda source: (source.counted, _patients(source)), default=None)


def read_source(source: TuningSource, calibration: Calibration | None) -> StoredEvaluation:
    """The evaluation, its slices `confident` by this calibration. Raises InputError."""
    stored = read_evaluation(source.folder)
    if calibration is None:
        return stored
    return replace(stored, patients=confident(stored, calibration))


def _folders(settings: Settings, model: ReleasedModel) -> Iterator[Path]:
    own = model.folder / "evaluation"
    yield from (*(own / part for part in TUNABLE), own / TUNED_ON)
    versions = [one for one in list_models(settings) if one.name == model.name]
    for one in versions:
        if same_network(one, model):
            made = settings.home / "evaluations" / one.name / one.version
            yield from sorted(path.parent for path in made.glob(f"*/{FIGURES}"))


def _source(folder: Path) -> TuningSource | None:
    """The folder as a source; None for one on other patients, or that is not whole."""
    try:
        evaluation = read_figures(folder)
    except InputError:
        return None
    if evaluation.part not in TUNABLE:
        return None
    return TuningSource(folder, (folder / THRESHOLDS_FILE).is_file())


def _patients(source: TuningSource) -> int:
    return read_figures(source.folder).patients
