import numpy as np
import pytest

from pages.components.confidence_figure import confidence_figure


@pytest.mark.parametrize(
    ("confidence", "shown"),
    [
        (0.9796, "0.979"),
        (0.9999, "0.999"),
        (0.98, "0.980"),
        (0.7, "0.700"),
        (1.0, "1.000"),
        (0, "0.000"),
    ],
)
def test_a_confidence_is_cut_and_never_rounded_up(confidence: float, shown: str) -> None:
    assert confidence_figure(np.float32(confidence)) == shown


def test_no_confidence_is_a_dash() -> None:
    assert confidence_figure(None) == "\N{EN DASH}"
