from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from seg_core.data.phantom import phantom_study, write_phantom
from seg_core.readers import find_studies
from seg_core.study import LGG_CHANNELS, Study


@pytest.fixture(scope="module")
def study() -> Study:
    return phantom_study(3, slices=8, size=128)


def test_the_same_seed_makes_the_same_study(study: Study) -> None:
    again = phantom_study(3, slices=8, size=128)

    np.testing.assert_array_equal(again.slices, study.slices)
    np.testing.assert_array_equal(again.truth, study.truth)


def test_another_seed_makes_another_study(study: Study) -> None:
    assert not np.array_equal(phantom_study(4, slices=8, size=128).truth, study.truth)


def test_it_looks_like_an_lgg_study(study: Study) -> None:
    assert study.slices.shape == (8, 128, 128, 3)
    assert study.slices.dtype == np.uint8
    assert study.channels == LGG_CHANNELS
    assert study.substituted == ()
    assert study.truth_known is not None
    assert study.truth_known.all()
    assert [note.kind for note in study.notes] == ["phantom"]


def test_the_lesion_is_one_piece_and_some_slices_have_none(study: Study) -> None:
    assert study.truth is not None
    areas = study.truth.sum(axis=(1, 2))

    assert ndimage.label(study.truth)[1] == 1
    assert (areas > 0).any()
    assert (areas == 0).any()


def test_the_lesion_is_bright_in_flair_and_dark_before_contrast(study: Study) -> None:
    assert study.truth is not None
    at = int(study.truth.sum(axis=(1, 2)).argmax())
    tumour = study.truth[at]
    brain = (study.slices[at, ..., 0] > 60) & (study.slices[at, ..., 0] < 130) & ~tumour

    pre, flair, _ = np.moveaxis(study.slices[at].astype(float), -1, 0)
    assert flair[tumour].mean() > 1.5 * flair[brain].mean()
    assert pre[tumour].mean() < pre[brain].mean()


def edge(mask: np.ndarray) -> int:
    return int((mask & ~ndimage.binary_erosion(mask)).sum())


def test_its_edge_is_longer_than_a_disc_s() -> None:
    truth = phantom_study(3, slices=6).truth
    assert truth is not None
    largest = truth[truth.sum(axis=(1, 2)).argmax()]

    radius = np.sqrt(largest.sum() / np.pi)
    disc = np.hypot(*np.mgrid[-64:65, -64:65]) <= radius
    assert edge(largest) > 1.15 * edge(disc)


def test_more_slices_show_the_same_head_more_finely() -> None:
    coarse, fine = (phantom_study(3, slices=slices, size=64) for slices in (15, 29))
    assert coarse.truth is not None
    assert fine.truth is not None

    assert (fine.truth[::2] != coarse.truth).sum() < 0.02 * coarse.truth.sum()
    assert np.abs(fine.slices[::2].astype(int) - coarse.slices).mean() < 6


def test_neighbouring_slices_are_alike(study: Study) -> None:
    fine = phantom_study(3, slices=40, size=64).slices.astype(float)

    next_one = np.abs(fine[1:] - fine[:-1]).mean()
    far_one = np.abs(fine[10:] - fine[:-10]).mean()
    assert next_one < far_one / 1.5


@pytest.mark.parametrize("slices", [1, 2, 3])
def test_even_a_single_slice_shows_the_lesion(slices: int) -> None:
    for seed in range(3):
        truth = phantom_study(seed, slices=slices, size=64).truth
        assert truth is not None
        assert truth.any(), f"seed {seed}"


def test_less_than_a_slice_is_an_error() -> None:
    with pytest.raises(ValueError, match="expected 1 slice and 32 pixels at least, received 0"):
        phantom_study(1, slices=0)


def test_what_is_written_reads_back_as_the_same_study(tmp_path: Path) -> None:
    folders = write_phantom(tmp_path, patients=2, slices=3, seed=5)

    assert [folder.name for folder in folders] == [
        "PHANTOM_0001_20260101",
        "PHANTOM_0002_20260101",
    ]
    first, second = (source.open() for source in find_studies(tmp_path))
    assert first.truth is not None
    assert first.truth.any()
    assert first.channels == LGG_CHANNELS
    assert first.skipped == ()
    assert not np.array_equal(first.slices, second.slices)


def test_writing_again_replaces_a_phantom_and_leaves_the_rest(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    write_phantom(tmp_path, patients=1, slices=3, seed=5)
    write_phantom(tmp_path, patients=1, slices=2, seed=6)

    assert [len(source.open()) for source in find_studies(tmp_path)] == [2]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "PHANTOM_0001_20260101",
        "mine.txt",
    ]
