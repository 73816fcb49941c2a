"""Times reading: released models in every engine and precision, a whole process, and how it grows.

    python -m benchmarks.engines [--only memory process] [--rounds 5] [--slices 100] [--study DIR]

In memory, everything takes turns, round after round, so that a busy machine slows all alike: each
figure is the median over rounds, and the ratio is to Keras' predict of `paper-unet` in the same
round. Packages of requirements-bench.txt that are missing leave a line that says so. The last line
holds the figures as `name value` pairs.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.contenders import (
    KERAS,
    Contender,
    Missing,
    of_model,
    of_torch,
    quiet_tensorflow,
)
from benchmarks.machine import machine_lines
from benchmarks.peak import SIDE, multiplications_a_second, products
from benchmarks.speed_table import Row, growth_table, pairs, peak_table, speed_table
from benchmarks.whole_process import Call, grow
from seg_core.data.phantom import phantom_study
from seg_core.models.registry import ReleasedModel, find_model, list_models
from seg_core.readers import find_studies
from seg_core.settings import load_settings
from seg_core.study import Study

PARTS = ("memory", "process", "growth")
REFERENCE, DEFAULT = "paper-unet", "second-reader"
ONE_STUDY, GROWTH = (100,), (20, 100, 500, 2000)
REST = 0.1
"""Seconds between two turns: the threads of the one before are still, those of the next begin."""


def main(argv: Sequence[str] | None = None) -> None:
    args = _arguments(argv)
    quiet_tensorflow()
    for line in machine_lines():
        tell(line)
    models = _models(args.models)
    rows: list[Row] = []
    peaks: dict[str, float] = {}
    calls: list[Call] = []
    with tempfile.TemporaryDirectory() as folder:
        lengths = _lengths(args.only, args.quick)
        if lengths:  # first: what this process holds by then counts as its children's most memory
            default = next((m for m in models if m.name == DEFAULT), models[0])
            calls = grow(Path(folder), default.label, lengths)
            tell(f"\npython -m seg_core segment, {default.label}, its defaults:")
            tell(growth_table(calls))
        if "memory" in args.only:
            study = _study(args.study, args.slices)
            rows, peaks = in_memory(models, Path(folder), study, args.rounds, args.side)
    tell("\nResearch use only. Not for diagnosis.")
    print(pairs(rows, peaks, calls))


def in_memory(
    models: Sequence[ReleasedModel], scratch: Path, study: Study, rounds: int, side: int = SIDE
) -> tuple[list[Row], dict[str, float]]:
    """Every way in turns; what is missing is said."""
    found = [one for model in models for one in of_model(model, study, scratch)]
    found.append(of_torch(max(1, len(study) // 8)))
    contenders = [one for one in found if isinstance(one, Contender)]
    speeds, peaks = take_turns(contenders, rounds, side)
    rows = rows_of(contenders, speeds, peaks)
    tell(f"\n{peak_table(peaks)}\n\n{speed_table(rows)}")
    for one in found:
        if isinstance(one, Missing):
            tell(f"{one.model}, {one.way}: not timed, {one.why}")
    return rows, peaks


def take_turns(
    contenders: Sequence[Contender], rounds: int, side: int = SIDE
) -> tuple[list[list[float]], dict[str, float]]:
    """(slices a second by contender and round, peak multiplications a second by precision).

    A first round, in which networks are traced and memory is taken, is not counted. A peak is the
    best of all rounds.
    """
    speeds: list[list[float]] = [[] for _ in contenders]
    ways = products(side)
    peaks = dict.fromkeys(ways, 0.0)
    for number in range(rounds + 1):
        for one, kept in zip(contenders, speeds, strict=True):
            time.sleep(REST)
            speed = one.slices / one.seconds()
            if number:
                kept.append(speed)
        for precision, some in ways.items():
            best = max(multiplications_a_second(product, side) for product in some)
            peaks[precision] = max(peaks[precision], best)
    return speeds, peaks


def rows_of(
    contenders: Sequence[Contender],
    speeds: Sequence[Sequence[float]],
    peaks: Mapping[str, float],
) -> list[Row]:
    """A row a contender: beside the reference of the same round, and beside the peak."""
    timed = list(zip(contenders, speeds, strict=True))
    is_reference = [c.way == KERAS and c.model.split("/")[0] == REFERENCE for c in contenders]
    reference = next((speeds[i] for i, found in enumerate(is_reference) if found), ())
    return [
        Row(
            one.model,
            one.way,
            one.precision,
            rounds,
            [a / b for a, b in zip(rounds, reference, strict=False)],
            float(np.median(rounds)) * one.multiplications / peaks[one.precision]
            if one.precision in peaks
            else None,
            None if one.way == KERAS else _difference(one),
        )
        for one, rounds in timed
    ]


def _difference(one: Contender) -> float | None:
    """Largest difference of a probability from Keras' of the same model and looks."""
    seen = one.seen()
    if seen is None or one.expected is None:
        return None
    return float(np.abs(seen - one.expected).max())


def _models(names: Sequence[str]) -> list[ReleasedModel]:
    """Those named, or the newest version of each."""
    settings = load_settings()
    if names:
        return [find_model(settings, name) for name in names]
    newest: dict[str, ReleasedModel] = {}
    for model in list_models(settings):  # newest first
        newest.setdefault(model.name, model)
    return list(newest.values())


def _study(folder: Path | None, slices: int) -> Study:
    """A patient's, or a phantom of so many slices."""
    return (
        phantom_study(seed=0, slices=slices) if folder is None else find_studies(folder)[0].open()
    )


def _lengths(parts: Sequence[str], quick: bool) -> tuple[int, ...]:
    """Of the studies that whole processes read."""
    if quick:
        return (2,) if {"process", "growth"} & set(parts) else ()
    if "growth" in parts:
        return GROWTH  # a study of 100 slices is among them
    return ONE_STUDY if "process" in parts else ()


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to run")
    parser.add_argument("--models", nargs="+", default=[], help="NAME or NAME/VERSION; else all")
    parser.add_argument("--slices", type=int, default=100, help="a round in memory")
    parser.add_argument("--study", type=Path, help="a patient's folder instead of a phantom")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--side", type=int, default=SIDE, help="of the matrices of the peak")
    parser.add_argument("--quick", action="store_true", help="the least of all, to see it run")
    args = parser.parse_args(argv)
    if args.quick:
        args.slices, args.rounds, args.side = 2, 1, 64
    return args


def tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
