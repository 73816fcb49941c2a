"""Times training: the step alone, the whole pipeline, the pipeline without a model; in turns.

    python -m benchmarks.training [--data DIR] [--recipe paper] [--steps 6] [--rounds 5]

Each round is a stretch of each, so that whatever else the machine does hits them alike: compare
the ratio. The first stretch, in which the network is traced, and the first epoch are left out.
Without --data it makes phantom patients in a folder that is removed afterwards. The last line
holds the figures as `name value` pairs.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

from seg_core.data.batches import PRODUCERS, Batch, Batches
from seg_core.data.phantom import write_phantom
from seg_core.training.build import build_model
from seg_core.training.probe import random_batch
from seg_core.training.recipe import Recipe, recipe_named
from seg_core.training.run_data import load_patients
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import Progress
from seg_core.training.trainer import Trainer

PATIENTS, SLICES = 8, 20
ALONE = 4
"""The pipeline alone makes so many times the batches of a stretch: it is that much quicker."""


@dataclass
class Stretches:
    """Slices a second of each stretch, a round each.

    tensors: steps on one random batch in memory. files: the trainer's own steps on files from
    disk, augmented. pipeline: those batches without a model. waited: seconds a slice in which the
    trainer of `files` had no batch. busy: seconds of processor time a slice that its batch takes.
    """

    tensors: list[float] = field(default_factory=list)
    files: list[float] = field(default_factory=list)
    pipeline: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Speed from files over speed in memory: the median over rounds."""
        return median(f / t for f, t in zip(self.files, self.tensors, strict=True))


class TimedBatches(Batches):
    """Batches that count the seconds in which their taker waited."""

    waited = 0.0

    def iterate(self, epoch: int, start: int = 0, stop: int | None = None) -> Iterator[Batch]:
        batches = super().iterate(epoch, start, stop)
        while True:
            began = time.monotonic()
            batch = next(batches, None)
            self.waited += time.monotonic() - began
            if batch is None:
                return
            yield batch


class TimedTrainer(Trainer):
    """A trainer of timed batches."""

    train: TimedBatches


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, action="append", help="a data set; repeatable")
    parser.add_argument("--recipe", default="paper")
    parser.add_argument("--steps", type=int, default=6, help="steps of a stretch")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        data = args.data or [Path(folder) / "data"]
        if not args.data:
            write_phantom(data[0], PATIENTS, SLICES, seed=0)
        trainer, seconds = make_trainer(recipe_named(args.recipe), data, Path(folder) / "run")
        found = run_rounds(trainer, args.steps, args.rounds)
        trainer.close()
    slices = len(trainer.train)
    tell(f"{slices} slices read in {seconds:.1f} s; {PRODUCERS} threads make batches")
    tell(where_the_rest_goes(found))
    print(figures(found, trainer.recipe.batch_size, slices, peak_memory_mb()))


def make_trainer(recipe: Recipe, data: Sequence[Path], run: Path) -> tuple[TimedTrainer, float]:
    """A trainer on all slices of `data`, and the seconds that reading them took."""
    began = time.monotonic()
    patients = load_patients(data, recipe, to_train=True)
    seconds = time.monotonic() - began
    batches = TimedBatches(
        patients,
        recipe.batch_size,
        seed=recipe.seed,
        augmentation=recipe.augmentation,
        draws=recipe.draws,
    )
    none = Batches([], recipe.batch_size, shuffle=False)
    model = build_model(recipe)
    return TimedTrainer(RunFolder(run), recipe, model, batches, none, Progress()), seconds


def run_rounds(trainer: TimedTrainer, steps: int, rounds: int) -> Stretches:
    """A stretch of each kind a round, after one that is not counted.

    Every other round begins with the files: a machine that gets slower favours neither.
    """
    found, size = Stretches(), trainer.recipe.batch_size
    steps = min(steps, trainer.steps)
    slices = min(steps * size, len(trainer.train))
    noise = random_batch(trainer.recipe)
    for epoch in range(1, rounds + 2):
        trainer.progress.epoch, trainer.progress.step, trainer.train.waited = epoch, 0, 0.0
        in_memory, from_files = partial(step_in_memory, trainer, noise, steps), trainer.run_steps
        if epoch % 2:
            memory_seconds, files_seconds = (
                _seconds(in_memory),
                _seconds(partial(from_files, steps)),
            )
        else:
            files_seconds, memory_seconds = (
                _seconds(partial(from_files, steps)),
                _seconds(in_memory),
            )
        waited = trainer.train.waited
        made, seconds, busy = run_pipeline(trainer, epoch, steps * ALONE)
        if epoch == 1:  # in which the network is traced
            continue
        found.tensors.append(steps * size / memory_seconds)
        found.files.append(slices / files_seconds)
        found.pipeline.append(made / seconds)
        found.waited.append(waited / slices)
        found.busy.append(busy / made)
        tell(
            f"round {epoch - 1}: {found.tensors[-1]:.1f} in memory, {found.files[-1]:.1f} from "
            f"files, {found.pipeline[-1]:.0f} without a model"
        )
    return found


def step_in_memory(trainer: Trainer, batch: Batch, steps: int) -> None:
    """Train on one batch, over and over."""
    for _ in range(steps):
        trainer.model.train_on_batch(*batch, return_dict=True)


def run_pipeline(trainer: Trainer, epoch: int, steps: int) -> tuple[int, float, float]:
    """Make batches and throw them away: slices, seconds, seconds of processor time."""
    made, busy, began = 0, time.process_time(), time.monotonic()
    for images, _ in trainer.train.iterate(epoch, 0, min(steps, trainer.steps)):
        made += len(images)
    return made, time.monotonic() - began, time.process_time() - busy


def where_the_rest_goes(found: Stretches) -> str:
    """What a slice from files takes longer than one in memory, and where, in milliseconds."""
    alone, whole = 1000 / median(found.tensors), 1000 / median(found.files)
    waited = 1000 * median(found.waited)
    return (
        f"a slice takes {alone:.1f} ms in memory and {whole:.1f} ms from files: {waited:.1f} ms "
        f"waiting for batches, and {whole - alone - waited:.1f} ms more in the step, which shares "
        "the processor with the threads that make them, and in keeping the run's log; making a "
        f"slice takes {1000 * median(found.busy):.1f} ms of processor time"
    )


def figures(found: Stretches, batch: int, slices: int, peak_mb: float) -> str:
    """One line of `name value` pairs; slices a second are medians over rounds."""
    pairs = {
        "batch": f"{batch}",
        "rounds": f"{len(found.tensors)}",
        "in_memory_slices_per_second": f"{median(found.tensors):.2f}",
        "from_files_slices_per_second": f"{median(found.files):.2f}",
        "ratio": f"{found.ratio:.3f}",
        "pipeline_slices_per_second": f"{median(found.pipeline):.0f}",
        "pipeline_processor_ms_a_slice": f"{1000 * median(found.busy):.2f}",
        "waiting_ms_a_slice": f"{1000 * median(found.waited):.2f}",
        "slices_held": f"{slices}",
        "peak_memory_mb": f"{peak_mb:.0f}",
    }
    return " ".join(f"{name} {value}" for name, value in pairs.items())


def peak_memory_mb() -> float:
    """The most memory that this process has had, in megabytes (10^6 bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kB on Linux, bytes on a Mac
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def tell(line: str) -> None:
    print(line, flush=True)


def _seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
