"""Which evaluations there are: of runs, shipped with models, made of models. It makes none."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from seg_core.errors import InputError
from seg_core.evaluation.report import Evaluation
from seg_core.evaluation.stored import FIGURES, read_figures
from seg_core.models.card import Calibration
from seg_core.models.registry import ReleasedModel, list_models
from seg_core.settings import Settings
from seg_core.study import Skipped

BY_CLASS = "images by class"
"""What stands for the part of a split where images by class were measured."""


@dataclass(frozen=True)
class Finished:
    """One evaluation. subject: a run's id or a model's label; name: of its folder.

    calibration: of the card, for slices that were stored by the run before there was one.
    """

    subject: str
    name: str
    folder: Path
    evaluation: Evaluation
    calibration: Calibration | None = None

    @property
    def stamp(self) -> float:
        """Changes when the evaluation is made anew."""
        return (self.folder / FIGURES).stat().st_mtime


def list_finished(settings: Settings) -> tuple[list[Finished], list[Skipped]]:
    """Every evaluation, and the folders that hold a damaged one.

    The newest subject comes first, and of its evaluations the one on test patients.
    """
    found, refused = [], []
    for subject, folder, calibration in _folders(settings):
        try:
            evaluation = read_figures(folder)
        except InputError as error:
            refused.append(Skipped(str(folder), error.reason))
            continue
        found.append(Finished(subject, folder.name, folder, evaluation, calibration))
    newest: dict[str, float] = {}
    for one in found:
        newest[one.subject] = max(one.stamp, newest.get(one.subject, 0.0))

    def place(one: Finished) -> tuple[float, bool, float]:
        return -newest[one.subject], one.name != "test", -one.stamp

    return sorted(found, key=place), refused


def folder_for_run(settings: Settings, run_id: str, part: str) -> Path:
    """Where the evaluation of a part of a run's split lies."""
    return settings.runs / run_id / "evaluation" / part


def folder_for_model(
    settings: Settings,
    model: ReleasedModel,
    data: Iterable[Path],
    seen_too: bool = False,
    *,
    validation: bool = False,
) -> Path:
    """Where the evaluation of a model on data sets lies: in the workspace, not with the model."""
    roots = sorted(root.resolve() for root in data)
    digest = hashlib.sha256("\n".join(map(str, roots)).encode()).hexdigest()[:4]
    name = "+".join([root.name for root in roots]) + f"-{digest}"
    name += "-validation" * validation + "-seen-too" * seen_too
    return settings.home / "evaluations" / model.name / model.version / name


def evaluate_command(
    subject: str, data: Sequence[Path], out: Path, *, part: str = "test", seen_too: bool = False
) -> list[str]:
    """`python -m seg_core evaluate ...`, for a launcher to carry out."""
    command = [sys.executable, "-m", "seg_core", "evaluate", subject, "--out", str(out)]
    for root in data:
        command += ["--data", str(root)]
    return [*command, "--part", part, *(["--seen-too"] if seen_too else [])]


def is_evaluation(argv: Sequence[str]) -> bool:
    """Whether a job is such a command."""
    return tuple(argv[1:4]) == ("-m", "seg_core", "evaluate")


def measured(argv: Sequence[str]) -> tuple[str, str]:
    """Subject and part that such a command measures; BY_CLASS for images by class."""
    if "--by-class" in argv:
        return argv[4], BY_CLASS
    return argv[4], argv[argv.index("--part") + 1] if "--part" in argv else "test"


def out_of(argv: Sequence[str]) -> Path:
    """The folder that such a command writes to."""
    return Path(argv[argv.index("--out") + 1])


def _folders(settings: Settings) -> Iterator[tuple[str, Path, Calibration | None]]:
    """(subject, folder, calibration) of each folder with figures; a copy is not told again.

    Later versions of a model carry the evaluations of earlier ones, and the one that their
    thresholds were chosen on.
    """
    for path in settings.runs.glob(f"*/evaluation/*/{FIGURES}"):
        yield path.parents[2].name, path.parent, None
    told: set[tuple[str, bytes]] = set()
    for path in sorted((settings.home / "evaluations").glob(f"*/*/*/{FIGURES}")):
        name, version = path.parents[2].name, path.parents[1].name
        told.add((name, path.read_bytes()))
        yield f"{name}/{version}", path.parent, None
    for model in reversed(list_models(settings)):  # the oldest first
        for path in sorted((model.folder / "evaluation").glob(f"*/{FIGURES}")):
            content = (model.name, path.read_bytes())
            if content not in told:
                told.add(content)
                yield model.label, path.parent, model.card.confidence
