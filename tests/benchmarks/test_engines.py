"""Turns, ratios and shares of `make bench`, on ways to read that take a set time."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from benchmarks.contenders import KERAS, Contender, Missing, of_torch
from benchmarks.engines import rows_of, take_turns


def contender(
    model: str, way: str, times: list[float], seen: float = 0.0, expected: float | None = None
) -> Contender:
    """Ten slices of a hundred multiplications; each turn takes the next of `times` seconds."""
    left = iter(times)

    def probability(value: float) -> np.ndarray:
        return np.full((10, 2, 2), value, np.float32)

    beside = None if expected is None else probability(expected)
    return Contender(
        model, way, "f32", 10, 100, lambda: next(left), lambda: probability(seen), beside
    )


@pytest.fixture
def contenders() -> list[Contender]:
    return [
        contender("paper-unet/1", KERAS, [9.0, 1.0, 2.0], 0.5, expected=0.5),
        contender("paper-unet/1", "OpenVINO", [9.0, 0.5, 0.4], 0.75, expected=0.5),
        contender("second-reader/1", "OpenVINO", [9.0, 0.25, 0.5]),
    ]


def test_the_first_round_is_not_counted(contenders: list[Contender]) -> None:
    speeds, peaks = take_turns(contenders, rounds=2, side=16)

    assert speeds == [[10, 5], [20, 25], [40, 20]]
    assert {"f32", "int8"} <= set(peaks)


def test_a_ratio_is_to_keras_on_paper_unet_in_the_same_round(contenders: list[Contender]) -> None:
    rows = rows_of(contenders, [[10, 5], [20, 25], [40, 20]], {"f32": 1e4})

    assert [list(row.ratios) for row in rows] == [[1, 1], [2, 5], [4, 4]]


def test_a_share_is_of_the_peak_at_that_precision(contenders: list[Contender]) -> None:
    rows = rows_of(contenders, [[10, 5], [20, 25], [40, 20]], {"f32": 1e4, "int8": 1.0})

    assert rows[2].share == pytest.approx(30 * 100 / 1e4)


def test_probabilities_are_held_against_keras_of_the_same_model(
    contenders: list[Contender],
) -> None:
    rows = rows_of(contenders, [[1], [1], [1]], {})

    assert [row.difference for row in rows] == [None, 0.25, None]


def test_a_framework_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)

    found = of_torch(1)

    assert isinstance(found, Missing)
    assert "pip install -r requirements-bench.txt" in found.why
