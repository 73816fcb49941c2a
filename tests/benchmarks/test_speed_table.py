"""What `make bench` prints."""

from __future__ import annotations

from benchmarks.speed_table import Row, growth_table, pairs, speed_table
from benchmarks.whole_process import Call

ROW = Row("second-reader/1", "OpenVINO", "int8", [100.0, 300.0, 200.0], [2.0, 4.0, 5.0], 0.256)


def test_a_row_shows_the_median_its_spread_and_the_share() -> None:
    head, row = speed_table([ROW]).splitlines()

    assert row.split("  ")[0] == "second-reader/1"
    assert "200.0" in row
    assert "100.0 to 300.0" in row
    assert "4.00" in row
    assert "26 %" in row
    assert row.endswith("\N{EN DASH}")
    assert head.index("slices/s") == row.index("200.0")


def test_the_last_line_is_pairs_of_name_and_value() -> None:
    line = pairs([ROW], {"f32": 2.5e11}, [Call(100, 2.0, 512.3)])

    assert line == (
        "peak_f32_gmul_per_second 250 second_reader_1_openvino_int8_slices_per_second 200.0 "
        "second_reader_1_openvino_int8_ratio 4.00 segment_100_seconds 2.00 segment_100_peak_mb 512"
    )


def test_growth_has_a_row_a_study() -> None:
    table = growth_table([Call(20, 1.0, 300.0), Call(100, 2.0, 310.0)])

    assert [line.split()[0] for line in table.splitlines()] == ["slices", "20", "100"]
