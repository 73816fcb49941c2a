import dataclasses
from pathlib import Path

import numpy as np
import pytest

from seg_core.errors import StoreError
from seg_core.store.study_file import (
    quantise,
    read_probability,
    read_study,
    study_digest,
    write_probability,
    write_study,
)
from seg_core.study import LGG_CHANNELS, Note, Skipped, Study


def _study() -> Study:
    random = np.random.default_rng(0)
    return Study(
        name="Müller, <b>A.</b>",
        source="a folder",
        files=("a_1.tif", "a_2.tif", "a_10.tif"),
        slices=random.integers(0, 65536, (3, 5, 7, 3), dtype=np.uint16),
        truth=random.random((3, 5, 7)) > 0.5,
        truth_known=np.array([True, False, True]),
        channels=LGG_CHANNELS,
        substituted=("post-contrast",),
        spacing_mm=(5.0, 0.5, 0.25),
        grid=np.arange(12.0).reshape(3, 4),
        evenly=False,
        voxel_order=((1, -1), (0, 1), (2, 1)),
        skipped=(Skipped("a_3.tif", "empty"),),
        notes=(Note("alpha", "a fourth channel was dropped"),),
    )


def test_a_study_comes_back_as_it_was_put_down(tmp_path: Path) -> None:
    study = _study()

    write_study(tmp_path, study)

    for field in dataclasses.fields(Study):
        before, after = getattr(study, field.name), getattr(read_study(tmp_path), field.name)
        np.testing.assert_array_equal(before, after, strict=isinstance(before, np.ndarray))


def test_a_study_without_truth_stays_without(tmp_path: Path) -> None:
    write_study(tmp_path, dataclasses.replace(_study(), truth=None, truth_known=None))

    study = read_study(tmp_path)

    assert study.truth is None
    assert study.truth_known is None


def test_the_digest_is_of_the_content_and_not_of_the_place() -> None:
    study = _study()
    moved = dataclasses.replace(study, source="elsewhere")
    assert study_digest(moved) == study_digest(study)

    changed = study.slices.copy()
    changed[2, 4, 6, 2] ^= 1
    assert study_digest(dataclasses.replace(study, slices=changed)) != study_digest(study)
    assert study.truth is not None
    assert study_digest(dataclasses.replace(study, truth=~study.truth)) != study_digest(study)
    assert study_digest(dataclasses.replace(study, name="another")) != study_digest(study)


def test_a_probability_comes_back_within_half_a_step(tmp_path: Path) -> None:
    probability = np.linspace(0, 1, 4096, dtype=np.float32).reshape(4, 32, 32)

    write_probability(tmp_path / "p.npz", probability)

    back = read_probability(tmp_path / "p.npz")
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, probability, atol=0.51 / 65535)
    assert (back[0, 0, 0], back[-1, -1, -1]) == (0.0, 1.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -0.01, 1.01])
def test_what_is_no_probability_is_not_written(bad: float) -> None:
    with pytest.raises(StoreError, match="expected 0 to 1"):
        quantise(np.array([[[0.5, bad]]], np.float32))


@pytest.mark.parametrize("damage", [b"", b"not a zip", None])
def test_a_damaged_study_says_what_to_do(tmp_path: Path, damage: bytes | None) -> None:
    write_study(tmp_path, _study())
    whole = (tmp_path / "study.npz").read_bytes()
    (tmp_path / "study.npz").write_bytes(whole[: len(whole) // 2] if damage is None else damage)

    with pytest.raises(StoreError, match=r"expected a whole study.*Open the study again"):
        read_study(tmp_path)


def test_bytes_that_changed_within_a_file_are_damage_too(tmp_path: Path) -> None:
    write_study(tmp_path, _study())
    whole = (tmp_path / "study.npz").read_bytes()
    begin = whole.index(b"slices.npy") + len("slices.npy") + 20  # of what zlib packed
    for at in range(begin, begin + 40):
        changed = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        (tmp_path / "study.npz").write_bytes(changed)
        with pytest.raises(StoreError, match="expected a whole study"):
            read_study(tmp_path)
