"""A further version of a released model: the same network under another card.

It never overwrites a version; what changes in it, and what the card says, is the caller's.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from seg_core.errors import ModelError
from seg_core.models.card import Card
from seg_core.models.card_files import write_card
from seg_core.models.registry import ReleasedModel, open_model, verify
from seg_core.settings import Settings
from seg_core.whole_files import part_of_folder, settle, sweep_parts

EVALUATION = "evaluation"

PICTURED = ("panels", "panels.csv", "pictures", "pictures.csv", "report.html", "*.part")
"""Of an evaluation: what shows patients' slices. A model goes places where they may not."""

TRIES = 20
"""Versions that others may take meanwhile before this gives up."""


def same_network(one: ReleasedModel, other: ReleasedModel) -> bool:
    """Whether two released models are one network, given its input alike, under two cards."""
    return _networks(one) == _networks(other) and one.card.frame == other.card.frame


def next_version(settings: Settings, name: str) -> str:
    """The number after the highest one of that name, in the workspace and among the shipped."""
    return version_after(root / name for root in (settings.models, settings.shipped_models))


def version_after(folders: Iterable[Path]) -> str:
    """The number after the highest version in some models' folders, also in ones not yet there."""
    taken = [
        int(folder.name)
        for parent in folders
        if parent.is_dir()
        for folder in parent.iterdir()
        if folder.name.isdecimal()
    ]
    return str(max(taken, default=0) + 1)


def make_next_version(
    settings: Settings,
    model: ReleasedModel,
    card_of: Callable[[str], Card],
    evaluations: dict[str, Path],
) -> ReleasedModel:
    """Write the workspace's `models`/<name>/<next version> with the files of `model`.

    card_of: the card, given the version's number. evaluations: folders by the name that they
    get beside the model's own ones. Raises ChecksumMismatch where a file of `model` was
    changed, ModelError where nothing can be written; then nothing new is there.
    """
    verify(model)
    home = settings.models / model.name
    try:
        sweep_parts(home)
        with part_of_folder(home / next_version(settings, model.name)) as part:
            _copy(model, part, evaluations)
            folder = _settle(settings, model.name, part, card_of)
    except OSError as error:
        raise ModelError(
            f"{home}: expected to write a new version of {model.name}, found: "
            f"{error.strerror or error}. See that the disk has room and the folder can be written."
        ) from error
    return open_model(folder)


def amended_next(
    settings: Settings, model: ReleasedModel, amend: Callable[[ReleasedModel], ReleasedModel]
) -> ReleasedModel:
    """The workspace's next version of the model, which itself stays as it is.

    amend: changes a copy of it in the copy's own folder. Raises what `amend` and
    `make_next_version` raise; then nothing new is there.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / model.name / model.version
        shutil.copytree(model.folder, folder)
        made = amend(open_model(folder))

        def card_of(version: str) -> Card:
            return made.card.model_copy(update={"version": version})

        return make_next_version(settings, made, card_of, {})


def _networks(model: ReleasedModel) -> dict[str, str | None]:
    return {name: model.card.files.get(name) for name in model.card.network_files}


def _copy(model: ReleasedModel, part: Path, evaluations: dict[str, Path]) -> None:
    for name in model.card.files:
        shutil.copyfile(model.folder / name, part / name)
    own = model.folder / EVALUATION
    kept = {folder.name: folder for folder in own.iterdir()} if own.is_dir() else {}
    for name, folder in (kept | evaluations).items():
        without = shutil.ignore_patterns(*PICTURED)
        shutil.copytree(folder, part / EVALUATION / name, ignore=without)


def _settle(settings: Settings, name: str, part: Path, card_of: Callable[[str], Card]) -> Path:
    """Give the finished part its card and its final name; the next one if that was taken."""
    for _ in range(TRIES):
        version = next_version(settings, name)
        write_card(part, card_of(version))
        folder = settings.models / name / version
        if settle(part, folder):  # else another program was quicker
            return folder
    raise ModelError(
        f"{name}: expected a free version, found each of {TRIES} taken meanwhile. Try again."
    )
