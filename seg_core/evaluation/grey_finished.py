"""Which evaluations of images by class there are, and where a new one lies. It makes none."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from seg_core.errors import InputError
from seg_core.evaluation.finished import folder_for_model, folder_for_run
from seg_core.evaluation.grey_stored import GREY, GreyEvaluation, read_head
from seg_core.models.registry import ReleasedModel, list_models
from seg_core.settings import Settings
from seg_core.study import Skipped


@dataclass(frozen=True)
class GreyFinished:
    """One evaluation. subject: a run's id or a model's label; name: of its folder."""

    subject: str
    name: str
    folder: Path
    evaluation: GreyEvaluation

    @property
    def stamp(self) -> float:
        """Changes when the evaluation is made anew."""
        return (self.folder / GREY).stat().st_mtime


def list_grey(settings: Settings) -> tuple[list[GreyFinished], list[Skipped]]:
    """Every evaluation of images by class, the newest first, and the folders that are damaged."""
    found, refused = [], []
    for subject, folder in _folders(settings):
        try:
            found.append(GreyFinished(subject, folder.name, folder, read_head(folder)))
        except InputError as error:
            refused.append(Skipped(str(folder), error.reason))
    return sorted(found, key=lambda one: -one.stamp), refused


def grey_folder_for_model(settings: Settings, model: ReleasedModel, data: Sequence[Path]) -> Path:
    """Where the evaluation of a model on sets of images lies: in the workspace."""
    return folder_for_model(settings, model, data, seen_too=False)


def grey_folder_for_run(settings: Settings, run_id: str, data: Sequence[Path]) -> Path:
    """Where the evaluation of a run on sets of images lies: beside those of its parts."""
    roots = sorted(str(root.resolve()) for root in data)
    digest = hashlib.sha256("\n".join(roots).encode()).hexdigest()[:4]
    names = "+".join(Path(root).name for root in roots)
    return folder_for_run(settings, run_id, f"{names}-{digest}")


def grey_command(subject: str, data: Sequence[Path], out: Path) -> list[str]:
    """`python -m seg_core evaluate ... --by-class`, for a launcher to carry out."""
    command = [sys.executable, "-m", "seg_core", "evaluate", subject, "--out", str(out)]
    for root in data:
        command += ["--data", str(root)]
    return [*command, "--by-class"]


def _folders(settings: Settings) -> Iterator[tuple[str, Path]]:
    """(subject, folder) of each folder with grey.json."""
    for path in settings.runs.glob(f"*/evaluation/*/{GREY}"):
        yield path.parents[2].name, path.parent
    for model in list_models(settings):
        for path in (model.folder / "evaluation").glob(f"*/{GREY}"):
            yield model.label, path.parent
    for path in (settings.home / "evaluations").glob(f"*/*/*/{GREY}"):
        yield f"{path.parents[2].name}/{path.parents[1].name}", path.parent
