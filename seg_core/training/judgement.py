"""What a card reports of a run: its own evaluations, or those of runs like it on folds.

It measures and chooses nothing else, and describes no model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from seg_core.data.split import PARTS
from seg_core.errors import RunError
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.report import Evaluation
from seg_core.evaluation.stored import read_evaluation
from seg_core.training.few_names import few_names
from seg_core.training.judge import RunUnderTest
from seg_core.training.made_how import behind, compared, made_how
from seg_core.training.out_of_fold import PART, read_begun, read_beside, read_recipe
from seg_core.training.run_folder import RunFolder


@dataclass(frozen=True)
class Judgement:
    """What a card reports, and the patients that calibration and costs are taken from.

    part: the name of the part that these are. validated: the validation patients as the run's
    own network reads them. folders: by the name of a part, what goes beside the card.
    """

    evaluations: tuple[Evaluation, ...]
    patients: tuple[MeasuredPatient, ...]
    part: str
    validated: Sequence[MeasuredPatient]
    folders: Mapping[str, Path] = field(default_factory=dict)

    @property
    def source(self) -> str:
        return f"evaluation/{self.part}"

    @property
    def out_of_fold(self) -> Path | None:
        """The folder with what runs on folds gave; None for a run's own evaluations."""
        return self.folders.get(PART)


def judged_by_itself(tested: RunUnderTest, beside: Sequence[RunFolder], folder: Path) -> Judgement:
    """By the run's own validation patients, and its test patients where it has any.

    beside: runs whose networks read together with it; `folder` then gets the evaluations, for
    the run's own tell of its own network, and of no further one.
    """
    run = tested.run
    into = folder if beside else run.path
    validation, validated = tested.evaluate("validation", into=into)
    parts = [tested.evaluate("test", into=into)[0]] if run.split().test else []
    evaluations = (*parts, validation)
    there = () if beside else evaluations
    folders = {one.part: run.path / "evaluation" / one.part for one in there}
    return Judgement(evaluations, tuple(validated), "validation", validated, folders)


def judged_out_of_fold(
    tested: RunUnderTest, beside: Sequence[RunFolder], out_of_fold: Path
) -> Judgement:
    """By what `cross_validate` wrote of the same recipe. Raises RunError for another one's."""
    run, recipe = tested.run, read_recipe(out_of_fold)
    if compared(recipe) != compared(run.recipe()) or read_begun(out_of_fold) != behind(run):
        raise RunError(
            f"{out_of_fold}: expected the folds of {run.id}'s recipe, found those of another one "
            f"({recipe.name}). Cross-validate this recipe."
        )
    if read_beside(out_of_fold) != [made_how(one) for one in beside]:
        raise RunError(
            f"{out_of_fold}: expected networks that read together as those of this release do, "
            "found others. Cross-validate with the same --beside."
        )
    stored = read_evaluation(out_of_fold)
    _check_same_patients(run, {one.patient for one in stored.patients}, out_of_fold)
    part = stored.evaluation.part
    return Judgement(
        (stored.evaluation,),
        stored.patients,
        part,
        tested.measure("validation"),
        {part: out_of_fold},
    )


def _check_same_patients(run: RunFolder, judged: set[str], out_of_fold: Path) -> None:
    """Raise RunError unless the run's own patients were judged, and all of them."""
    split = run.split()
    own = {member.split("/")[0] for name in PARTS for member in split.members(name)}
    strangers, missing = sorted(judged - own), sorted(own - judged)
    if strangers:
        raise RunError(
            f"{out_of_fold}: expected the patients of {run.id}, found {len(strangers)} that it "
            f"does not know: {few_names(strangers)}. Cross-validate runs on folds of its patients."
        )
    if missing:
        raise RunError(
            f"{out_of_fold}: expected all {len(own)} patients of {run.id}, found {len(missing)} "
            f"that no fold judged: {few_names(missing)}. Name a run of every fold."
        )
