from pathlib import Path

import numpy as np
import pytest
import tifffile

from seg_core.data.index import index_dataset
from seg_core.errors import NothingToRead
from tests.readers.made import dicom_series, nifti, patient, pixels, tiff_bytes


def test_patients_slices_and_areas_are_counted(tmp_path: Path) -> None:
    patient(tmp_path / "TCGA_CS_0001_20000101", slices=3)
    folder = patient(tmp_path / "TCGA_DU_0002_20000101", slices=2)
    tifffile.imwrite(folder / f"{folder.name}_2_mask.tif", np.zeros((16, 16), np.uint8))

    index = index_dataset(tmp_path)

    assert [p.name for p in index.patients] == ["TCGA_CS_0001_20000101", "TCGA_DU_0002_20000101"]
    assert (index.slices, index.positive_slices) == (5, 4)
    assert [p.tumour_px for p in index.patients] == [3, 1]
    assert list(index.institutions) == ["TCGA_CS", "TCGA_DU"]
    assert index.unpaired == index.unreadable == ()


def test_each_slice_has_its_own_mask(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p", slices=11)

    (found,) = index_dataset(tmp_path).patients

    assert [pair.file for pair in found.slices] == [f"p_{i}.tif" for i in range(1, 12)]
    image, mask = found.open_slice(found.slices[9])
    np.testing.assert_array_equal(image, tifffile.imread(folder / "p_10.tif"))
    np.testing.assert_array_equal(mask, tifffile.imread(folder / "p_10_mask.tif") > 0)


def test_volumes_and_series_are_indexed_too(tmp_path: Path) -> None:
    nifti(tmp_path / "V" / "V_flair.nii.gz", np.arange(60, dtype=np.uint8).reshape(3, 4, 5))
    nifti(tmp_path / "V" / "V_seg.nii.gz", np.ones((3, 4, 5), np.uint8))
    dicom_series(tmp_path / "W")

    index = index_dataset(tmp_path)

    areas = {p.name: [pair.tumour_px for pair in p.slices] for p in index.patients}
    assert areas == {"V_flair": [12] * 5, "W AX FLAIR": [0] * 4}
    assert [problem.file for problem in index.unpaired] == ["W AX FLAIR"]


def test_a_sequence_beside_the_three_is_no_unreadable_file(tmp_path: Path) -> None:
    for end in ("t1", "flair", "t1ce", "t2", "seg"):
        nifti(tmp_path / "B" / f"B_{end}.nii", np.ones((3, 4, 5), np.uint8) * 90)
    nifti(tmp_path / "C" / "C_flair.nii", np.ones((3, 4, 5), np.uint8))
    nifti(tmp_path / "C" / "C_seg.nii", np.ones((3, 4, 6), np.uint8))
    nifti(tmp_path / "C" / "D_seg.nii", np.ones((3, 4, 5), np.uint8))

    index = index_dataset(tmp_path)

    assert [problem.file for problem in index.unreadable] == ["C_flair/C_seg.nii"]
    assert [problem.file for problem in index.unpaired] == ["C_flair/D_seg.nii"]


def test_a_slice_that_is_gone_is_said_when_it_is_opened(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p", slices=2)
    (found,) = index_dataset(tmp_path).patients
    (folder / "p_2.tif").unlink()

    with pytest.raises(NothingToRead, match="Look through the data again"):
        found.open_slice(found.slices[1])


def test_slices_without_mask_and_masks_without_slice_are_unpaired(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p", slices=3)
    (folder / "p_1_mask.tif").unlink()
    (folder / "p_3.tif").unlink()

    index = index_dataset(tmp_path)

    assert [problem.file for problem in index.unpaired] == ["p/p_1.tif", "p/p_3_mask.tif"]
    assert index.unreadable == ()
    assert [not pair.outlined for pair in index.patients[0].slices] == [True, False]


def test_files_that_cannot_be_read_are_named_and_the_rest_is_indexed(tmp_path: Path) -> None:
    folder = patient(tmp_path / "p", slices=3)
    (folder / "p_1.tif").write_bytes(b"")
    (folder / "p_2_mask.tif").write_bytes(tiff_bytes(pixels(size=8)))
    (tmp_path / "q").mkdir()
    (tmp_path / "q" / "q_1.tif").write_bytes(b"text")

    index = index_dataset(tmp_path)

    assert [problem.file for problem in index.unreadable] == ["p/p_1.tif", "p/p_2_mask.tif", "q"]
    assert [not pair.outlined for pair in index.patients[0].slices] == [True, False]


def test_substituted_channels_are_found(tmp_path: Path) -> None:
    folder = patient(tmp_path / "TCGA_HT_0001_20000101", slices=2)
    for file in folder.glob("*[0-9].tif"):
        image = tifffile.imread(file)
        image[..., 0] = image[..., 1]
        tifffile.imwrite(file, image, photometric="rgb")

    assert index_dataset(tmp_path).substituted == {"TCGA_HT_0001_20000101": ("pre-contrast",)}


def test_progress_is_told_a_patient_at_a_time(tmp_path: Path) -> None:
    patient(tmp_path / "p", slices=1)
    patient(tmp_path / "q", slices=1)
    steps: list[tuple[int, int]] = []

    index_dataset(tmp_path, lambda done, total: steps.append((done, total)))

    assert steps == [(1, 2), (2, 2)]


def test_an_empty_folder_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead):
        index_dataset(tmp_path)
