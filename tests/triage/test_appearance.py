import numpy as np
import pytest

from seg_core.triage.appearance import PICTURE, SIDE, SLICES, appearance, shrunk


def disc(size: int = 64, *, radius: float = 20, slices: int = 1) -> np.ndarray:
    """uint8 (slices, size, size, 1): a bright disc in the middle of black."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    return np.repeat(np.where(np.hypot(y, x) <= radius, 200, 0).astype(np.uint8)[None], slices, 0)[
        ..., None
    ]


def test_a_disc_covers_its_share_touches_no_edge_and_is_round() -> None:
    found = appearance(disc()).statistics

    assert found["coverage"] == pytest.approx(np.pi * 20**2 / 64**2, abs=0.01)
    assert found["edge"] == 0
    assert found["aspect"] == 1
    assert found["fill"] == pytest.approx(np.pi / 4, abs=0.03)
    assert found["sides"] == pytest.approx(1)


def test_the_image_s_size_and_type_change_nothing() -> None:
    small = appearance(disc()).statistics
    large = appearance(disc(256, radius=80).astype(np.uint16) * 257).statistics

    assert large == pytest.approx(small, abs=0.03)


def test_a_grey_background_counts_as_black() -> None:
    on_grey = appearance(np.maximum(disc(), 90)).statistics

    assert on_grey == pytest.approx(appearance(disc()).statistics)


def test_noise_is_not_smooth_and_a_disc_is() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1, 64, 64, 1), dtype=np.uint8)

    assert appearance(noise).statistics["smoothness"] < 0.1
    assert appearance(disc()).statistics["smoothness"] > 0.8


def test_neighbours_are_compared_where_there_are_any() -> None:
    assert "neighbours" not in appearance(disc()).statistics
    assert appearance(disc(slices=3)).statistics["neighbours"] == pytest.approx(1)


@pytest.mark.parametrize("value", [0, 255])
def test_an_image_of_one_value_gives_finite_numbers(value: int) -> None:
    flat = appearance(np.full((2, 40, 60, 3), value, np.uint8))

    assert np.isfinite(list(flat.statistics.values())).all()
    assert np.isfinite(flat.pictures).all()


def test_a_thin_image_is_looked_at_too() -> None:
    assert np.isfinite(
        list(appearance(np.ones((1, 1, 300, 1), np.uint8)).statistics.values())
    ).all()


def test_pictures_are_square_and_standardised() -> None:
    pictures = appearance(disc(slices=2)).pictures

    assert pictures.shape == (2, PICTURE, PICTURE, 1)
    assert pictures.mean() == pytest.approx(0, abs=1e-5)
    assert pictures.std() == pytest.approx(1, abs=1e-5)


def test_of_many_large_slices_few_small_ones_are_kept() -> None:
    assert shrunk(np.zeros((100, 128, 256, 3), np.uint8)).shape == (SLICES, SIDE // 2, SIDE, 3)
