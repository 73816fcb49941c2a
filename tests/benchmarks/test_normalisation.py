"""The figures of the bench of normalisations."""

from benchmarks.normalisation import figures


def test_speeds_are_slices_a_second_and_their_ratio_follows():
    assert figures({"keras": 2.0, "fused": 1.0}, 16) == (
        "keras_slices_per_second 8.0 fused_slices_per_second 16.0 ratio 2.00"
    )
