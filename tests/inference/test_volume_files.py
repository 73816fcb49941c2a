"""Masks and probabilities as volumes lie voxel for voxel on the file that was read."""

from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pytest

from seg_core.inference.volume_files import MASK_VOLUME, PROBABILITY_VOLUME, write_volumes
from seg_core.readers import find_studies
from seg_core.study import EngineInfo, Reading, Study
from tests.readers.made import dicom_series, nifti

OBLIQUE = np.array([[-0.9, 0.1, 0.0, 80], [0.1, -0.9, 0.2, 70], [0.0, 0.1, 4.0, -60], [0, 0, 0, 1]])
"""Towards left, back and head, as most scanners' volumes are stored, a little turned."""


def reading_of(study: Study, probability: np.ndarray) -> Reading:
    sure = np.ones(len(study), np.float32)
    engine = EngineInfo("openvino", "f32", "CPU")
    return Reading("m", "1", "0", engine, probability, sure, True, 0.5, 0.98)


@pytest.mark.parametrize("affine", [OBLIQUE, np.diag([1.0, 4.0, 1.0, 1.0]), np.eye(4)])
def test_what_is_bright_in_the_volume_is_set_in_the_mask(
    tmp_path: Path, affine: np.ndarray
) -> None:
    values = np.random.default_rng(0).integers(0, 900, (7, 6, 5), np.uint16)
    nifti(tmp_path / "in" / "flair.nii.gz", values, affine)
    study = find_studies(tmp_path / "in")[0].open()

    write_volumes(study, reading_of(study, study.slices[..., 0] / np.float32(1000)), tmp_path, 0.5)

    mask = nibabel.load(tmp_path / MASK_VOLUME)
    probability = nibabel.load(tmp_path / PROBABILITY_VOLUME)
    np.testing.assert_array_equal(np.asanyarray(mask.dataobj), values >= 500)
    np.testing.assert_allclose(probability.get_fdata(), values / 1000, atol=1e-5)
    np.testing.assert_allclose(mask.affine, affine, atol=1e-4)
    assert b"Not for diagnosis" in mask.header["descrip"].tobytes()


def test_what_a_qform_cannot_say_is_left_to_the_sform(tmp_path: Path) -> None:
    sheared = np.eye(4)
    sheared[0, 1] = 0.5
    image = nibabel.Nifti1Image(np.ones((4, 5, 6), np.uint8), None)
    image.set_sform(sheared, code="scanner")
    (tmp_path / "in").mkdir()
    nibabel.save(image, tmp_path / "in" / "flair.nii")
    study = find_studies(tmp_path / "in")[0].open()

    write_volumes(study, reading_of(study, np.ones((6, 5, 4), np.float32)), tmp_path, 0.5)

    volume = nibabel.load(tmp_path / MASK_VOLUME)
    np.testing.assert_allclose(volume.affine, sheared, atol=1e-6)
    assert int(volume.header["qform_code"]) == 0


def test_a_series_gets_volumes_that_nibabel_finds_at_its_places(tmp_path: Path) -> None:
    made = dicom_series(tmp_path / "in", step=5.0)
    study = find_studies(tmp_path / "in")[0].open()

    write_volumes(study, reading_of(study, study.slices[..., 0] / np.float32(65536)), tmp_path, 0.0)

    volume = nibabel.load(tmp_path / PROBABILITY_VOLUME)
    assert nibabel.aff2axcodes(volume.affine) == ("L", "P", "S")
    # the third slice from the feet, second row, fourth column: left 3 x 0.75, back 0.5, 10 mm up
    at = np.linalg.inv(volume.affine) @ [-2.25, -0.5, 10, 1]
    index = tuple(np.rint(at[:3]).astype(int))
    assert volume.get_fdata()[index] == pytest.approx(made[2, 1, 3] / 65536, abs=1e-5)


def test_files_that_state_no_place_get_no_volume(tmp_path: Path) -> None:
    slices = np.zeros((2, 4, 4, 1), np.uint8)
    study = Study("p", "p", ("1.tif", "2.tif"), slices)

    write_volumes(study, reading_of(study, np.zeros((2, 4, 4), np.float32)), tmp_path, 0.5)

    assert not list(tmp_path.iterdir())
