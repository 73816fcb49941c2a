"""The preview shows what training gets: slices at the network's size, masks moved along."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seg_core.data.augmentation import AugmentationSettings
from seg_core.data.augmentation_preview import augmented_picture
from seg_core.data.index import DatasetIndex, index_dataset
from seg_core.data.report import CONTOUR
from seg_core.frames import ResizeFrame

SIDE, GAP = 64, 4
NOTHING = AugmentationSettings(flip=0, rotation=0, scale=0, shift=0, contrast=0, brightness=0)


@pytest.fixture(scope="module")
def index(phantom_dir: Path) -> DatasetIndex:
    return index_dataset(phantom_dir)


def tiles(picture, columns: int) -> list[np.ndarray]:
    """The tiles of the first row, each uint8 (SIDE, SIDE, 3)."""
    sheet = np.asarray(picture)
    return [sheet[GAP : GAP + SIDE, GAP + c * (SIDE + GAP) :][:, :SIDE] for c in range(columns)]


def outline_of(tile: np.ndarray) -> np.ndarray:
    return (tile == CONTOUR).all(axis=-1)


def test_each_patient_is_a_row_and_the_outline_is_in_every_tile(index: DatasetIndex):
    picture = augmented_picture(index, AugmentationSettings(), ResizeFrame(SIDE), columns=4)

    assert picture.size == (4 * (SIDE + GAP) + GAP, 2 * (SIDE + GAP) + GAP)
    assert all(outline_of(tile).any() for tile in tiles(picture, 4))


def test_copies_differ_from_the_slice_and_from_each_other(index: DatasetIndex):
    picture = augmented_picture(index, AugmentationSettings(), ResizeFrame(SIDE), columns=3)

    first, second, third = tiles(picture, 3)
    assert not np.array_equal(first, second)
    assert not np.array_equal(second, third)


def test_changes_of_size_zero_change_nothing(index: DatasetIndex):
    first, second = tiles(augmented_picture(index, NOTHING, ResizeFrame(SIDE), columns=2), 2)

    assert np.abs(first.astype(int) - second.astype(int)).max() <= 1


def test_a_flip_takes_the_outline_along(index: DatasetIndex):
    mirrored = NOTHING.model_copy(update={"flip": 1.0})

    first, second = tiles(augmented_picture(index, mirrored, ResizeFrame(SIDE), columns=2), 2)

    assert np.mean(outline_of(first)[:, ::-1] == outline_of(second)) > 0.98


def test_without_augmentation_only_the_slices_are_shown(index: DatasetIndex):
    picture = augmented_picture(index, None, ResizeFrame(SIDE))

    assert picture.width == SIDE + 2 * GAP


def test_without_a_tumour_there_is_no_picture(tmp_path: Path):
    assert augmented_picture(DatasetIndex(tmp_path, (), (), ()), None, ResizeFrame(SIDE)) is None
