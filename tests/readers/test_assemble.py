from pathlib import Path

import numpy as np
import pytest

from seg_core.errors import NothingToRead
from seg_core.readers import find_studies
from seg_core.study import Study
from tests.readers.made import patient, pixels, png_bytes, tiff_bytes

GOOD = ("p_1.tif", "p_2.tif", "p_3.tif")


def opened(folder: Path) -> Study:
    (source,) = find_studies(folder)
    return source.open()


def reason(study: Study, file: str) -> str:
    return next(lost.reason for lost in study.skipped if lost.file == file)


def test_a_patient_folder_becomes_a_study_with_truth(tmp_path: Path) -> None:
    study = opened(patient(tmp_path / "p", slices=11))

    assert study.files == tuple(f"p_{i}.tif" for i in range(1, 12))
    assert study.slices.shape == (11, 16, 16, 3)
    np.testing.assert_array_equal(study.slices[9], pixels(10))
    assert study.truth is not None
    assert study.truth.dtype == bool
    assert study.truth.sum() == 11
    assert study.truth_known is not None
    assert study.truth_known.all()
    assert study.skipped == ()


def test_a_folder_without_masks_has_no_truth(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png_bytes(pixels()))

    study = opened(tmp_path)

    assert study.truth is None
    assert study.truth_known is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file (0 bytes)"),
        (b"this is a note, not an image\n", "text"),
        (tiff_bytes(pixels())[:-200], "truncated"),
        (png_bytes(pixels())[:100], "cannot be decoded"),
        (b"II*\0\xff\xff\xff\x7f", "a page directory that lies outside the file"),
    ],
)
def test_a_bad_slice_is_named_and_the_good_ones_come_through(
    tmp_path: Path, content: bytes, said: str
) -> None:
    folder = patient(tmp_path / "p")
    (folder / "p_4.tif").write_bytes(content)

    study = opened(folder)

    assert study.files == GOOD
    assert [lost.file for lost in study.skipped] == ["p_4.tif"]
    assert said in reason(study, "p_4.tif")


def test_slices_of_another_size_are_named_and_the_usual_ones_kept(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p")
    (folder / "p_0.tif").write_bytes(tiff_bytes(pixels(size=20)))
    (folder / "p_4.tif").write_bytes(tiff_bytes(pixels(channels=1)[..., 0]))

    study = opened(folder)

    assert study.files == GOOD
    assert reason(study, "p_0.tif").startswith(
        "expected 16 x 16, 3 channels, 8 bits as most slices of this study, "
        "found 20 x 20, 3 channels, 8 bits."
    )
    assert "found 16 x 16, 1 channel, 8 bits" in reason(study, "p_4.tif")


def test_bits_are_not_mixed(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p")
    (folder / "p_4.tif").write_bytes(tiff_bytes(pixels(dtype="uint16")))

    study = opened(folder)

    assert study.slices.dtype == np.uint8
    assert "found 16 x 16, 3 channels, 16 bits" in reason(study, "p_4.tif")


def test_a_bad_mask_is_named_and_its_slice_kept_without_truth(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p")
    (folder / "p_2_mask.tif").write_bytes(tiff_bytes(np.zeros((8, 9), np.uint8)))
    (folder / "p_3_mask.tif").write_bytes(b"no mask")

    study = opened(folder)

    assert study.files == GOOD
    assert study.truth_known is not None
    assert study.truth_known.tolist() == [True, False, False]
    assert "expected a mask of its slice's size, 16 x 16, found 9 x 8" in reason(
        study, "p_2_mask.tif"
    )
    assert "found text" in reason(study, "p_3_mask.tif")


def test_a_mask_of_a_bad_slice_is_not_called_unpaired(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p")
    (folder / "p_2.tif").write_bytes(b"")

    assert [lost.file for lost in opened(folder).skipped] == ["p_2.tif"]


def test_a_mask_without_slice_is_named(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p")
    (folder / "p_3.tif").unlink()

    study = opened(folder)

    assert study.files == GOOD[:2]
    assert "expected a slice called p_3 beside this mask" in reason(study, "p_3_mask.tif")


def test_alpha_is_dropped_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png_bytes(pixels(channels=4)))

    study = opened(tmp_path)

    assert study.slices.shape == (1, 16, 16, 3)
    assert "alpha" in [note.kind for note in study.notes]


def test_16_bits_stay_16_bits(tmp_path: Path) -> None:
    image = pixels(channels=1, dtype="uint16")
    (tmp_path / "a.tif").write_bytes(tiff_bytes(image[..., 0]))

    np.testing.assert_array_equal(opened(tmp_path).slices[0], image)


def test_12_bits_in_16_are_said_to_be_dark(tmp_path: Path) -> None:
    image = pixels(channels=1, dtype="uint16")[..., 0]
    (tmp_path / "a.tif").write_bytes(tiff_bytes(image >> 4))

    notes = opened(tmp_path).notes

    assert [note.kind for note in notes] == ["dark"]
    assert "very dark to a model that does not even out brightness" in notes[0].reason


def test_nothing_readable_says_why_with_the_first_file(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"")
    (tmp_path / "b.tif").write_bytes(b"")

    with pytest.raises(
        NothingToRead, match=r"found none among 2 images \(a\.tif: expected .*empty"
    ):
        opened(tmp_path)


def test_masks_alone_are_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / "a_mask.tif").write_bytes(tiff_bytes(np.zeros((8, 8), np.uint8)))

    with pytest.raises(NothingToRead, match="found 1 mask and no slice"):
        opened(tmp_path)


def test_pixels_beyond_what_a_study_may_hold_are_named_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seg_core.readers.assemble.MAX_STUDY_BYTES", 2 * 16 * 16 * 3)

    study = opened(patient(tmp_path / "p"))

    assert study.files == GOOD[:2]
    assert "bytes of pixels in one study, found more" in reason(study, "p_3.tif")


def test_real_patients_come_with_their_substitutes_named(lgg_dir: Path) -> None:
    studies = [source.open() for source in find_studies(lgg_dir)[:6]]

    assert all(study.truth_known is not None and study.truth_known.all() for study in studies)
    assert all(not study.skipped for study in studies)
    for study in studies:
        for name in study.substituted:
            channel = study.slices[..., study.channels.index(name)]
            np.testing.assert_array_equal(channel, study.slices[..., 1])
