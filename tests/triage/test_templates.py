import numpy as np
import pytest

from seg_core.triage.appearance import PICTURE
from seg_core.triage.templates import (
    HEIGHTS,
    STEPS,
    as_numbers,
    from_numbers,
    mean_pictures,
    resemblance,
)


def pictures(slices: int, channels: int = 1, seed: int = 0) -> np.ndarray:
    """Random pictures, each channel of each with mean 0 and deviation 1."""
    made = np.random.default_rng(seed).normal(size=(slices, PICTURE, PICTURE, channels))
    made -= made.mean(axis=(1, 2), keepdims=True)
    return np.asarray(made / made.std(axis=(1, 2), keepdims=True), np.float32)


def test_the_templates_of_one_study_are_the_means_of_its_parts() -> None:
    study = pictures(HEIGHTS)

    np.testing.assert_allclose(mean_pictures([study]), study, atol=1e-5)


def test_a_card_gives_templates_back_to_half_a_step() -> None:
    templates = pictures(HEIGHTS, channels=3)

    given_back = from_numbers(as_numbers(templates), 3)

    assert np.abs(given_back - templates).max() <= 0.5 / STEPS + 1e-6


def test_a_template_resembles_itself_wholly_and_fits_best_as_it_is() -> None:
    templates = pictures(HEIGHTS, channels=2)

    found = resemblance(templates, templates)

    assert found["resemblance"] == pytest.approx(1, abs=1e-5)
    assert found["upright"] > 0
    assert found["turned"] > 0
    assert found["contrast 0 1"] == pytest.approx(1, abs=1e-5)


def test_turned_and_overturned_pictures_fit_better_the_other_way() -> None:
    templates = pictures(HEIGHTS)

    assert resemblance(templates[:, ::-1], templates)["upright"] < 0
    assert resemblance(np.rot90(templates, 1, (1, 2)), templates)["turned"] < 0


def test_exchanged_channels_differ_the_other_way_round() -> None:
    one = pictures(1)
    templates = np.concatenate([one, 0.8 * one + 0.6 * pictures(1, seed=1)], axis=-1)

    assert resemblance(templates[..., ::-1], templates)["contrast 0 1"] == pytest.approx(
        -1, abs=0.01
    )


def test_equal_channels_say_nothing_of_their_order() -> None:
    same = np.repeat(pictures(1), 2, axis=-1)

    assert resemblance(same, pictures(1, channels=2, seed=1))["contrast 0 1"] == 0
