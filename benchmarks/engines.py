"""Times OpenVINO beside TensorFlow: one released model, one phantom study, one run.

    python -m benchmarks.engines [--model paper-unet] [--slices 48] [--repeats 3]

The last line holds the figures as `name value` pairs. The engines take turns, so that a
busy machine slows both; each figure is the quickest of its repeats, the load left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

from seg_core.data.phantom import phantom_study
from seg_core.inference import make_engine, segment_study
from seg_core.models.registry import ReleasedModel, find_model
from seg_core.settings import load_settings
from seg_core.study import Reading, Study

ENGINES = ("openvino", "tensorflow")


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="paper-unet", help="NAME or NAME/VERSION")
    parser.add_argument("--slices", type=int, default=48)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args(argv)
    model = find_model(load_settings(), args.model)
    study = phantom_study(seed=0, slices=args.slices)
    readings = read_in_turns(study, model, args.repeats)
    for name, repeats in readings.items():
        loads = repeats[0].seconds["load"]
        print(f"{name}: {repeats[0].engine.precision}, loaded in {loads:.2f} s", flush=True)
    print(figures(readings, len(study)))


def read_in_turns(study: Study, model: ReleasedModel, repeats: int) -> dict[str, list[Reading]]:
    """The readings of each engine, in order; the first also loads the network."""
    engines = {name: make_engine(name) for name in ENGINES}
    readings: dict[str, list[Reading]] = {name: [] for name in ENGINES}
    for _ in range(repeats):
        for name, engine in engines.items():
            readings[name].append(segment_study(study, model, engine))
    return readings


def figures(readings: dict[str, list[Reading]], slices: int) -> str:
    """One line of `name value` pairs: milliseconds a slice, and how far the engines differ."""
    pairs = [("slices", str(slices))]
    for name, repeats in readings.items():
        quickest = min(reading.seconds["infer"] for reading in repeats)
        pairs.append((f"{name}_ms_a_slice", f"{1000 * quickest / slices:.1f}"))
    first, second = (repeats[-1].probability for repeats in readings.values())
    pairs.append(("largest_difference", f"{np.abs(first - second).max():.2e}"))
    return " ".join(f"{name} {value}" for name, value in pairs)


if __name__ == "__main__":
    main()
