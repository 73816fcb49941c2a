"""What `make bench-train` does and the line that it ends with."""

from __future__ import annotations

import pytest

from benchmarks.training import Stretches, figures, main, where_the_rest_goes

FOUND = Stretches(
    tensors=[10.0, 20.0, 40.0], files=[9.5, 20.0, 30.0], pipeline=[500.0, 600.0, 700.0],
    waited=[0.001, 0.002, 0.003], busy=[0.003, 0.004, 0.005],
)  # fmt: skip


def test_the_ratio_is_that_of_each_round_so_that_a_slow_minute_hits_both_sides() -> None:
    assert FOUND.ratio == pytest.approx(0.95)


def test_the_last_line_holds_the_figures_as_pairs() -> None:
    words = figures(FOUND, batch=16, slices=160, peak_mb=1234.5).split()

    assert dict(zip(words[::2], words[1::2], strict=True)) == {
        "batch": "16", "rounds": "3",
        "in_memory_slices_per_second": "20.00", "from_files_slices_per_second": "20.00",
        "ratio": "0.950", "pipeline_slices_per_second": "600", "waiting_ms_a_slice": "2.00",
        "pipeline_processor_ms_a_slice": "4.00",
        "slices_held": "160", "peak_memory_mb": "1234",
    }  # fmt: skip


def test_what_a_slice_from_files_takes_longer_is_parted_into_waiting_and_the_rest() -> None:
    slower = Stretches(tensors=[20.0], files=[16.0], pipeline=[500.0], waited=[0.0025], busy=[0])

    assert "50.0 ms in memory and 62.5 ms from files: 2.5 ms waiting" in where_the_rest_goes(slower)
    assert "10.0 ms more in the step" in where_the_rest_goes(slower)


def test_a_small_bench_runs_to_its_line(capsys, monkeypatch) -> None:
    from benchmarks import training
    from seg_core.training.recipe import recipe_named

    tiny = {"network.size": 32, "network.filters": 2, "network.depth": 1, "batch_size": 2}
    monkeypatch.setattr(training, "PATIENTS", 2)
    monkeypatch.setattr(training, "SLICES", 4)
    monkeypatch.setattr(training, "recipe_named", lambda name: recipe_named(name).changed(tiny))

    main(["--steps", "2", "--rounds", "1"])

    assert " ratio " in capsys.readouterr().out.splitlines()[-1]
