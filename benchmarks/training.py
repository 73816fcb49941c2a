"""Times training: a recipe on phantom patients, in a folder that is removed afterwards.

    python -m benchmarks.training [--recipe paper] [--steps 24]

The last line holds the figures as `name value` pairs. The first stretch, in which the network
is traced and compiled, is left out.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from seg_core.data.phantom import write_phantom
from seg_core.settings import Settings
from seg_core.training.recipe import recipe_named
from seg_core.training.run_folder import RunFolder
from seg_core.training.worker import train

PATIENTS, SLICES = 8, 20


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", default="paper")
    parser.add_argument("--steps", type=int, default=24)
    args = parser.parse_args(argv)
    changes = {"epochs": 2, "steps_per_epoch": max(1, args.steps // 2), "pictures": 0}
    recipe = recipe_named(args.recipe).changed(changes)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home")
        write_phantom(Path(folder) / "data", PATIENTS, SLICES, seed=0)
        run = train([Path(folder) / "data"], recipe, settings, "bench")
        print(figures(run, recipe.batch_size))


def figures(run: RunFolder, batch_size: int) -> str:
    """One line of `name value` pairs: slices trained on a second, seconds of an epoch."""
    events, _ = run.read_events()
    speeds = [event["slices_per_second"] for event in events if event["kind"] == "step"][1:]
    epochs = [event["seconds"] for event in events if event["kind"] == "epoch"]
    pairs = [("batch", str(batch_size)), ("speeds_taken", str(len(speeds)))]
    if speeds:
        pairs.append(("median_slices_per_second", f"{statistics.median(speeds):.2f}"))
    pairs.append(("last_epoch_seconds", f"{epochs[-1]:.1f}"))
    return " ".join(f"{name} {value}" for name, value in pairs)


if __name__ == "__main__":
    main()
