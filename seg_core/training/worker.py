"""A run from its folder to its end: data in, network built, trained, everything written down.

It is what `python -m seg_core train` and `resume` carry out, in a process of its own.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from seg_core.data.batches import Batches, LabelledSlices
from seg_core.data.split import Split
from seg_core.errors import RunError
from seg_core.settings import Settings
from seg_core.training.beginning import FIELD as BEGUN
from seg_core.training.beginning import begin, beginnings, check_beginning
from seg_core.training.build import build_model
from seg_core.training.device_choice import current_device
from seg_core.training.judge import best_network
from seg_core.training.loose_images import (
    NEGATIVES,
    POSITIVES,
    LooseImages,
    check_positives,
    load_loose,
    read_negatives,
    read_positives,
)
from seg_core.training.presence import at_work, signals_stop
from seg_core.training.provenance import provenance
from seg_core.training.recipe import Recipe, check_monitor
from seg_core.training.run_data import load_patients, part, split_of
from seg_core.training.run_folder import DIED, ENDED, RunFolder, check_run_id, new_run_id
from seg_core.training.state import Progress, load_state, save_state, state_folder
from seg_core.training.strategy import make_strategy, scope, spread
from seg_core.training.trainer import Trainer
from seg_core.whole_files import write_whole

log = logging.getLogger(__name__)

SEEDS = 2**31
"""More than any recipe's seed: draws of a continued run are no other run's."""


def train(
    data: Sequence[Path],
    recipe: Recipe,
    settings: Settings,
    run_id: str | None = None,
    *,
    wait: bool = False,
    negatives: Sequence[Path] = (),
    positives: Sequence[Path] = (),
    begin_with: RunFolder | None = None,
) -> RunFolder:
    """Make a run and train it to its end. Returns its folder.

    run_id: its name; one that ended before its first saved state may be begun anew under its own.
    negatives: folders of grey images without tumour, trained on beside the patients. positives:
    of such with a tumour that nobody outlined.
    begin_with: a run of the same split whose best network, of any size, is where this one begins.
    wait: for the device, where another run holds it; else that is an error.
    Raises RunError for a name that no run may have or that one has, and RecipeError for a recipe
    that would learn nothing from the positives, before anything is written,
    Stopped when the user stopped it, and whatever ended it otherwise.
    """
    name = new_run_id(recipe.name) if run_id is None else run_id
    check_run_id(name)
    run = RunFolder(settings.runs / name)
    _check_new(run)
    check_beginning(recipe, begin_with.id if begin_with else None)
    check_positives(recipe, positives)
    check_monitor(recipe)
    device = current_device()
    with at_work(run, settings, device, wait=wait, check=partial(_check_new, run)):
        for file in ("split.json", "provenance.json", NEGATIVES, POSITIVES):  # of a try that failed
            (run.path / file).unlink(missing_ok=True)
        _write_json(run.path / "recipe.json", recipe.model_dump(mode="json"))
        patients = load_patients(data, recipe, to_train=True)
        split = split_of(patients, recipe)
        _write_json(
            run.path / "split.json",
            {**split.model_dump(mode="json"), "fingerprint": split.fingerprint},
        )
        loose = load_loose(negatives, positives, recipe)
        loose.write(run)
        behind = beginnings(begin_with, recipe, split, loose.files.trained) if begin_with else ()
        _write_json(
            run.path / "provenance.json",
            {
                **provenance(data, patients, device),
                "negatives": [str(path) for path in negatives],
                "positives": [str(path) for path in positives],
                BEGUN: [one.model_dump(mode="json") for one in behind],
            },
        )
        batches = _batches(recipe, patients, split, loose)
        del patients  # of a split by slices the parts are copies
        _carry_out(run, batches, None, settings.pretrained, begin_with)
    return run


def resume(
    run: RunFolder, settings: Settings, *, from_best: bool = False, wait: bool = False
) -> RunFolder:
    """Go on with a run from its last state, or from its best one with a fresh patience.

    wait: for the device, where another run holds it; else that is an error.
    Raises RunError when it is under way, has nothing to go on from, or has finished and
    `from_best` is not given.
    """
    _check_resumable(run, from_best)
    device = current_device()
    with at_work(run, settings, device, wait=wait, check=partial(_check_resumable, run, from_best)):
        roots = [Path(p) for p in run.provenance()["data"]]
        patients = load_patients(roots, run.recipe(), to_train=True)
        _note_resumption(run, provenance([], patients, device))
        batches = _batches(run.recipe(), patients, run.split(), _same_loose(run))
        del patients
        _carry_out(run, batches, run.best if from_best else run.last)
    return run


def _check_resumable(run: RunFolder, from_best: bool) -> None:
    status = run.status()
    if status.under_way:
        raise RunError(f"{run.id}: expected a run that has ended, found it {status.state}.")
    if status.state == "finished" and not from_best:
        raise RunError(
            f"{run.id}: it has finished ({status.reason}). Go on from its best epoch (--best), "
            "or start a new run with more epochs."
        )
    if state_folder(run.last) is None and state_folder(run.best) is None:
        raise RunError(
            f"{run.id}: expected a saved state, found none. Begin it anew: train --run-id {run.id}"
        )
    if state_folder(run.best if from_best else run.last) is None:
        kind, do = ("best", "without") if from_best else ("last", "with")
        raise RunError(f"{run.id}: expected a {kind} state, found none. Resume it {do} --best.")


def _check_new(run: RunFolder) -> None:
    """Raises RunError for a run that is there, unless it ended with nothing to go on from."""
    if not (run.path / "recipe.json").exists():
        return
    state = run.status().state
    saved = state_folder(run.last) or state_folder(run.best)
    if saved is not None or state not in (*ENDED, DIED):
        raise RunError(
            f"{run.path}: expected a new name, or a run that ended before its first saved state, "
            f"found one that is {state}. Give another name, or go on with it: resume {run.id}"
        )


def _note_resumption(run: RunFolder, now: dict[str, Any]) -> None:
    """Hold the data to the run's fingerprint, and write down with what it goes on."""
    origin = run.provenance()
    if now["data_fingerprint"] != origin["data_fingerprint"]:
        raise RunError(
            f"{run.id}: expected the data that the run began with, fingerprint "
            f"{origin['data_fingerprint']}, found {now['data_fingerprint']}. Restore it, or "
            "start a new run."
        )
    resumed = {key: now[key] for key in ("commit", "versions", "device")}
    origin.setdefault("resumed", []).append(resumed)
    _write_json(run.path / "provenance.json", origin)


def _carry_out(
    run: RunFolder,
    batches: tuple[Batches, Batches],
    state: Path | None,
    pretrained: Path | None = None,
    begin_with: RunFolder | None = None,
) -> None:
    """Train from `state`, or from the beginning, and say at the end how it ended."""
    recipe, strategy = run.recipe(), make_strategy()
    with scope(strategy):
        model = build_model(recipe, None if state or begin_with else pretrained)
        if begin_with:
            begin(model, best_network(begin_with).get_weights(), run)
        progress = Progress() if state is None else load_state(state, model)
        if state == run.best:
            progress.best.waited = 0
            progress.continued = _keep_later_events(run)
            # Before the log is cut: the last state of before tells of all that was in it.
            save_state(run.last, model, progress)
        # Else the epochs after the best one would be the very same again, and end the same.
        batches[0].seed = recipe.seed + SEEDS * progress.continued
        trainer = Trainer(run, recipe, spread(model, recipe, strategy), *batches, progress)
        with signals_stop(trainer):
            reason = trainer.fit()
    trainer.events.append("state", state="finished", reason=reason)
    trainer.close()
    log.info("%s: finished, %s", run.id, reason)


def _same_loose(run: RunFolder) -> LooseImages:
    """The images beside patients that the run began with. Raises RunError where they changed."""
    origin = run.provenance()
    negatives, positives = (
        [Path(path) for path in origin.get(kind, ())] for kind in ("negatives", "positives")
    )
    before = read_negatives(run), read_positives(run)
    found = load_loose(negatives, positives, run.recipe(), before[0].trained)
    if (found.negatives.files, found.positives.files) != before:
        raise RunError(
            f"{run.id}: expected the grey images that the run began with, found others. "
            "Restore them, or start a new run."
        )
    return found


def _batches(
    recipe: Recipe, patients: Sequence[LabelledSlices], split: Split, loose: LooseImages
) -> tuple[Batches, Batches]:
    """The training batches, shuffled and augmented, and the validation batches as they are."""
    train_batches = Batches(
        part(patients, split, "train"),
        recipe.batch_size,
        seed=recipe.seed,
        augmentation=recipe.augmentation,
        draws=recipe.draws,
        negatives=loose.negatives.slices,
        negative_share=recipe.negative_share,
        positives=loose.positives.slices,
        positive_share=recipe.positive_share,
    )
    return train_batches, Batches(
        part(patients, split, "validation"), recipe.batch_size, shuffle=False
    )


def _keep_later_events(run: RunFolder) -> int:
    """Going on from the best epoch cuts later ones out of the log; a copy of it stays.

    Returns how often that happened, with this time.
    """
    count = 1 + len(list(run.path.glob("events.before-continue-*.jsonl")))
    shutil.copyfile(run.events_path, run.path / f"events.before-continue-{count}.jsonl")
    return count


def _write_json(path: Path, values: dict[str, Any]) -> None:
    write_whole(path, json.dumps(values, indent=1))
