"""A run from its folder to its end: data in, network built, trained, everything written down.

It is what `python -m seg_core train` and `resume` carry out, in a process of its own.
"""

from __future__ import annotations

import json
import logging
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from filelock import FileLock, Timeout

from seg_core.data.batches import Batches, LabelledSlices, labelled
from seg_core.data.split import Split, make_split
from seg_core.errors import NothingToRead, RunError, SecondReaderError, SplitError
from seg_core.frames import make_frame
from seg_core.readers import find_studies
from seg_core.settings import Settings
from seg_core.training.provenance import provenance
from seg_core.training.recipe import Recipe
from seg_core.training.run_folder import HEARTBEAT_SECONDS, RunFolder, host_name, new_run_id
from seg_core.training.state import Progress, load_state, state_folder
from seg_core.training.trainer import Stopped, Trainer
from seg_core.whole_files import write_whole

log = logging.getLogger(__name__)


def train(
    data: Sequence[Path], recipe: Recipe, settings: Settings, run_id: str | None = None
) -> RunFolder:
    """Make a run and train it to its end. Returns its folder.

    Raises Stopped when the user stopped it, and whatever ended it otherwise.
    """
    run = RunFolder(settings.runs / (run_id or new_run_id(recipe.name)))
    if (run.path / "recipe.json").exists():
        raise RunError(f"{run.path}: expected a new name, found a run. Resume it instead.")
    with _announced(run, settings), _failures_said(run):
        _write_json(run.path / "recipe.json", recipe.model_dump(mode="json"))
        patients = load_patients(data, recipe)
        split = make_split({group.patient: group.files for group in patients}, recipe.split)
        _write_json(
            run.path / "split.json",
            {**split.model_dump(mode="json"), "fingerprint": split.fingerprint},
        )
        _write_json(run.path / "provenance.json", provenance(data, patients, _device()))
        _carry_out(run, recipe, patients, split, None)
    return run


def resume(run: RunFolder, settings: Settings, *, from_best: bool = False) -> RunFolder:
    """Go on with a run from its last state, or from its best one with a fresh patience.

    Raises RunError when it is under way, or was ended by early stopping and `from_best` is
    not given.
    """
    recipe = run.recipe()
    if state_folder(run.best if from_best else run.last) is None:
        raise RunError(f"{run.id}: expected a saved state, found none. Start a new run.")
    with _announced(run, settings), _failures_said(run):
        patients = load_patients([Path(p) for p in run.provenance()["data"]], recipe)
        now, origin = provenance([], patients, _device()), run.provenance()
        if now["data_fingerprint"] != origin["data_fingerprint"]:
            raise RunError(
                f"{run.id}: expected the data that the run began with, fingerprint "
                f"{origin['data_fingerprint']}, found {now['data_fingerprint']}. Restore it, or "
                "start a new run."
            )
        resumed = {key: now[key] for key in ("commit", "versions", "device")}
        origin.setdefault("resumed", []).append(resumed)
        _write_json(run.path / "provenance.json", origin)
        _carry_out(run, recipe, patients, run.split(), "best" if from_best else "last")
    return run


def load_patients(data: Sequence[Path], recipe: Recipe) -> list[LabelledSlices]:
    """All patients of some data sets, their slices with known truth, as bytes in memory.

    Patients without a readable slice are left out, and the log says so.
    Raises SplitError when a patient is in two data sets or channels do not fit the network.
    """
    frame = make_frame(recipe.frame.name, recipe.network.size)
    patients: dict[str, LabelledSlices] = {}
    for root in data:
        for source in find_studies(root):
            try:
                group = labelled(source.open(), frame)
            except NothingToRead as error:  # one bad folder does not hold up the others
                log.warning("left out: %s", error)
                continue
            if group.patient in patients:
                raise SplitError(
                    f"{root}: patient {group.patient} is in another data set too. One patient "
                    "in two parts would leak; take it out of one."
                )
            if group.files:
                patients[group.patient] = group
    return list(patients.values())


def part(patients: Sequence[LabelledSlices], split: Split, name: str) -> list[LabelledSlices]:
    """The slices of `train`, `validation` or `test`; patients without any are left out."""
    chosen = []
    for group in patients:
        keep = np.array([split.holds(name, group.patient, file) for file in group.files])
        if keep.any():
            chosen.append(
                LabelledSlices(
                    patient=group.patient,
                    files=tuple(f for f, k in zip(group.files, keep, strict=True) if k),
                    slices=group.slices[keep],
                    truth=group.truth[keep],
                    frame=group.frame,
                )
            )
    return chosen


def build_model(recipe: Recipe) -> Any:
    """The recipe's network in Keras, compiled with its loss and the sums of a batch."""
    import keras

    from seg_core.network.losses import LOSSES
    from seg_core.network.metrics import BatchSums
    from seg_core.network.unet import build_unet

    keras.mixed_precision.set_global_policy(recipe.precision)
    try:
        model = build_unet(recipe.network, recipe.seed)
        model.compile(
            optimizer=keras.optimizers.Adam(recipe.learning_rate),
            loss=LOSSES[recipe.loss],
            metrics=[BatchSums(recipe.pixel_threshold)],
            jit_compile=False if keras.backend.backend() == "tensorflow" else "auto",
        )  # XLA on a CPU was measured 16 times slower than TensorFlow's own kernels
        model.optimizer.build(model.trainable_variables)
    finally:
        keras.mixed_precision.set_global_policy("float32")
    return model


def _carry_out(
    run: RunFolder,
    recipe: Recipe,
    patients: Sequence[LabelledSlices],
    split: Split,
    state: str | None,
) -> None:
    train_batches = Batches(
        part(patients, split, "train"),
        recipe.batch_size,
        seed=recipe.seed,
        augmentation=recipe.augmentation,
    )
    validation = Batches(part(patients, split, "validation"), recipe.batch_size, shuffle=False)
    model = build_model(recipe)
    progress = Progress()
    if state == "last":
        progress = load_state(run.last, model)
    elif state == "best":
        progress = load_state(run.best, model)
        progress.best.waited = 0
        _keep_later_events(run)
    trainer = Trainer(run, recipe, model, train_batches, validation, progress)
    with _signals_stop(trainer):
        reason = trainer.fit()
    trainer.events.append("state", state="finished", reason=reason)
    trainer.events.close()
    log.info("%s: finished, %s", run.id, reason)


def _keep_later_events(run: RunFolder) -> None:
    """Going on from the best epoch cuts later ones out of the log; a copy of it stays."""
    count = len(list(run.path.glob("events.before-continue-*.jsonl")))
    shutil.copyfile(run.events_path, run.path / f"events.before-continue-{count + 1}.jsonl")


@contextmanager
def _failures_said(run: RunFolder) -> Iterator[None]:
    """Write into the run's events why it ended, whatever it was."""
    try:
        yield
    except Stopped:
        _say(run, "stopped", "stopped by the user; resume goes on from here")
        raise
    except SecondReaderError as error:
        _say(run, "failed", str(error))
        raise
    except Exception as error:
        log.exception("the trainer failed")
        _say(run, "failed", f"{type(error).__name__}: {error}")
        raise


def _say(run: RunFolder, state: str, reason: str) -> None:
    from seg_core.training.events import EventLog

    length = run.events_path.stat().st_size if run.events_path.exists() else 0
    events = EventLog(run.events_path, length)
    events.append("state", state=state, reason=reason)
    events.close()


@contextmanager
def _announced(run: RunFolder, settings: Settings) -> Iterator[None]:
    """Hold the run and the device, log into trainer.log, and beat as long as it lasts."""
    device = _device()
    (settings.home / "locks").mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.home / "locks" / f"train-{device}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunError(
            f"{run.id}: another run uses {device}. Wait for its end, or start this one from the "
            "Training page, which queues it."
        ) from None
    run.path.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(run.log_path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger("seg_core").addHandler(handler)
    (run.path / "commands" / "stop").unlink(missing_ok=True)
    ended = threading.Event()
    beat = threading.Thread(target=_beat, args=(run, ended), daemon=True)
    beat.start()
    try:
        yield
    finally:
        ended.set()
        beat.join()
        logging.getLogger("seg_core").removeHandler(handler)
        handler.close()
        lock.release()


def _beat(run: RunFolder, ended: threading.Event) -> None:
    process = psutil.Process()
    trainer = {"pid": process.pid, "host": host_name(), "start": process.create_time()}
    while True:
        _write_json(run.path / "trainer.json", {**trainer, "heartbeat": time.time()})
        if ended.wait(HEARTBEAT_SECONDS):
            return


@contextmanager
def _signals_stop(trainer: Trainer) -> Iterator[None]:
    """Ctrl-C and a polite kill end the run after the current step, with its state saved."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(*_: object) -> None:
        trainer.stop_asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _device() -> str:
    """The device of this process, one word for the lock: `gpu0` where one is seen, else `cpu`."""
    import keras

    if keras.backend.backend() == "jax":
        import jax

        return "cpu" if jax.default_backend() == "cpu" else "gpu0"
    import tensorflow as tf

    return "gpu0" if tf.config.list_physical_devices("GPU") else "cpu"


def _write_json(path: Path, values: dict[str, Any]) -> None:
    write_whole(path, json.dumps(values, indent=1))
