"""What a scanner took in pixels that are not square is shown to networks in square ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from seg_core.data.phantom import phantom_study
from seg_core.inference.square_pixels import in_own_pixels, with_square_pixels
from seg_core.study import Study


def squeezed(study: Study) -> Study:
    """Taken with half as many rows, each twice as high."""
    rows = study.slices[:, ::2] // 2 + study.slices[:, 1::2] // 2
    return replace(study, slices=rows, spacing_mm=(5.0, 2.0, 1.0), truth=None, truth_known=None)


@pytest.mark.parametrize("spacing", [None, (5.0, 1.0, 1.0), (5.0, 1.0, 1.05), (5.0, 90.0, 1.0)])
def test_square_pixels_and_unbelievable_ones_stay(
    spacing: tuple[float, float, float] | None,
) -> None:
    study = replace(phantom_study(seed=0, slices=2), spacing_mm=spacing)

    assert with_square_pixels(study) is study


@pytest.mark.parametrize("channels", [1, 3])
def test_a_squeezed_study_is_seen_as_it_was(channels: int) -> None:
    whole = phantom_study(seed=0, slices=3)
    whole = replace(whole, slices=whole.slices[..., :channels])

    seen = with_square_pixels(squeezed(whole))

    assert seen.slices.shape == whole.slices.shape
    assert seen.slices.dtype == whole.slices.dtype
    apart = np.abs(seen.slices.astype(int) - whole.slices.astype(int))
    assert apart.mean() < 5


def test_what_was_seen_comes_back_to_the_studys_own_pixels() -> None:
    study = squeezed(phantom_study(seed=0, slices=2))
    probability = np.zeros((2, 256, 256), np.float32)
    probability[:, 100:140, 60:90] = 1

    own = in_own_pixels(probability, study)

    assert own.shape == (2, 128, 256)
    assert own[0, 52:68, 62:88].min() > 0.99
    assert own.sum() == pytest.approx(probability.sum() / 2, rel=0.02)
