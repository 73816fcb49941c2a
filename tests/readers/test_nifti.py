"""NIfTI volumes as studies: the way they are looked at, cases of three, masks, what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import nibabel
import numpy as np
import pytest

from seg_core.errors import NothingToRead
from seg_core.readers import find_studies
from seg_core.readers.upload import sources_from_upload
from seg_core.study import Study
from tests.readers.made import nifti, zip_of


def opened(path: Path) -> Study:
    (source,) = find_studies(path)
    return source.open()


def volume(seed: int = 0, shape: tuple[int, int, int] = (4, 5, 6)) -> np.ndarray:
    """Voxels towards right, front and head."""
    return np.random.default_rng(seed).integers(0, 3000, shape, np.uint16)


def test_a_volume_is_seen_from_the_feet_with_the_face_above(tmp_path: Path) -> None:
    values = volume()
    nifti(tmp_path / "case_FLAIR.nii.gz", values)

    study = opened(tmp_path)

    assert study.name == "case_FLAIR"
    assert study.files[0] == "case_FLAIR_001.nii"
    assert study.edges == ("R", "A", "L", "P")
    assert study.slices.shape == (6, 5, 4, 1)
    assert study.slices[2, 0, 0, 0] == values[-1, -1, 2]  # right, front, third from the feet
    assert study.slices[2, -1, -1, 0] == values[0, 0, 2]


def test_the_same_voxels_stored_another_way_round_give_the_same_study(tmp_path: Path) -> None:
    values = volume()
    nifti(tmp_path / "a" / "flair.nii", values)
    turned = nibabel.Nifti1Image(values[::-1], np.diag([-1.0, 1, 1, 1]))
    turned.affine[0, 3] = 3
    stored = turned.as_reoriented(np.array([[1, 1], [2, -1], [0, 1]]))
    (tmp_path / "b").mkdir()
    nibabel.save(stored, tmp_path / "b" / "flair.nii")

    one, other = (source.open() for source in find_studies(tmp_path))

    np.testing.assert_array_equal(one.slices, other.slices)
    assert one.edges == other.edges


def test_it_is_cut_along_its_longest_voxels(tmp_path: Path) -> None:
    values = volume()
    nifti(tmp_path / "cor_flair.nii", values, np.diag([1.0, 4.0, 1.5, 1.0]))

    study = opened(tmp_path)

    assert study.slices.shape == (5, 6, 4, 1)
    assert study.spacing_mm == (4, 1.5, 1)
    assert study.edges == ("R", "S", "L", "I")
    assert "plane" in {note.kind for note in study.notes}


def test_three_sequences_of_a_case_are_three_channels(tmp_path: Path) -> None:
    for seed, end in enumerate(("t1", "flair", "t1ce", "t2")):
        nifti(tmp_path / "B_1" / f"B_1_{end}.nii.gz", volume(seed))
    outline = np.zeros((4, 5, 6), np.uint8)
    outline[1, 2, 3] = 4
    nifti(tmp_path / "B_1" / "B_1_seg.nii.gz", outline)

    study = opened(tmp_path)

    assert study.name == "B_1"
    assert study.channels == ("pre-contrast", "FLAIR", "post-contrast")
    np.testing.assert_array_equal(study.slices[3, 2, 2], [volume(s)[1, 2, 3] for s in range(3)])
    assert study.truth is not None
    assert np.argwhere(study.truth).tolist() == [[3, 2, 2]]
    assert not study.skipped
    assert "B_1_t2.nii.gz" in next(note.reason for note in study.notes if note.kind == "beside")


def test_an_outline_is_of_one_study_alone(tmp_path: Path) -> None:
    for seed, end in enumerate(("t1", "flair", "t2")):
        nifti(tmp_path / f"B_1_{end}.nii", volume(seed))
    nifti(tmp_path / "B_1_seg.nii", np.ones((4, 5, 6), np.uint8))

    outlined = [s.name for s in find_studies(tmp_path) if s.open().truth is not None]

    assert outlined == ["B_1_flair"]


@pytest.mark.parametrize(
    "names",
    [
        ("P-t1n", "P-t2f", "P-t1c"),
        ("sub-1_T1w", "sub-1_FLAIR", "sub-1_ce-gadolinium_T1w"),
        ("t1", "flair", "t1gd"),
        ("p1_t1_pre", "P1_FLAIR", "p1_t1_post"),
        ("sub-1_acq-3D_T1w", "sub-1_FLAIR", "sub-1_acq-3D_ce-gd_T1w"),
    ],
)
def test_names_of_brats_bids_and_bare_ones_are_known(
    tmp_path: Path, names: tuple[str, str, str]
) -> None:
    for seed, name in enumerate(names):
        nifti(tmp_path / "anat" / f"{name}.nii", volume(seed))

    study = opened(tmp_path)

    np.testing.assert_array_equal(study.slices[0, -1, -1], [volume(s)[0, 0, 0] for s in range(3)])


def test_flair_is_read_alone_where_another_lies_elsewhere(tmp_path: Path) -> None:
    far = np.eye(4)
    far[0, 3] = 2.0
    for end, affine in (("t1", None), ("flair", None), ("t1ce", far)):
        nifti(tmp_path / f"B_1_{end}.nii", volume(), affine)

    study = opened(tmp_path)

    assert study.channels == ("FLAIR",)
    reasons = {lost.file: lost.reason for lost in study.skipped}
    assert "on the voxels of B_1_flair.nii" in reasons["B_1_t1ce.nii"]
    assert "no more than FLAIR is read" in reasons["B_1_t1.nii"]


def test_without_its_flair_a_case_is_not_read(tmp_path: Path) -> None:
    for end in ("t1", "flair", "t1ce"):
        nifti(tmp_path / f"B_1_{end}.nii", volume())
    (tmp_path / "B_1_flair.nii").write_bytes(b"cut")

    with pytest.raises(NothingToRead, match="B_1_flair"):
        opened(tmp_path)


def test_alike_channels_of_three_volumes_stay_three(tmp_path: Path) -> None:
    for add, end in enumerate(("t1", "flair", "t1ce")):
        values = volume() % 50 + 300 + add
        values[0, 0, 0] = 6000  # a vessel: all else differs by less than a tint
        nifti(tmp_path / f"B_1_{end}.nii", values)

    assert opened(tmp_path).channels == ("pre-contrast", "FLAIR", "post-contrast")


def test_several_gzip_members_are_one_file(tmp_path: Path) -> None:
    path = nifti(tmp_path / "flair.nii", volume())
    raw = path.read_bytes()
    path.unlink()
    (tmp_path / "flair.nii.gz").write_bytes(gzip.compress(raw[:400]) + gzip.compress(raw[400:]))

    assert len(opened(tmp_path)) == 6


@pytest.mark.parametrize(("unit", "times"), [("micron", 1e-3), ("meter", 1e3), ("mm", 1.0)])
def test_the_unit_of_a_header_counts(tmp_path: Path, unit: str, times: float) -> None:
    image = nibabel.Nifti1Image(volume(), np.eye(4))
    image.header.set_xyzt_units(unit)
    nibabel.save(image, tmp_path / "flair.nii")

    assert opened(tmp_path).spacing_mm == (times, times, times)


@pytest.mark.parametrize("offset", [1e12, -352.0])
def test_an_offset_of_the_voxels_that_is_none_is_refused(tmp_path: Path, offset: float) -> None:
    path = nifti(tmp_path / "flair.nii", volume())
    raw = bytearray(path.read_bytes())
    raw[108:112] = np.float32(offset).tobytes()
    path.write_bytes(raw)

    with pytest.raises(NothingToRead, match="voxels after its header"):
        opened(tmp_path)


def test_an_affine_that_gives_no_volume_is_refused(tmp_path: Path) -> None:
    flat = np.eye(4)
    flat[:3, 1] = flat[:3, 0]
    image = nibabel.Nifti1Image(volume(), None)
    image.set_sform(flat, code="scanner")
    nibabel.save(image, tmp_path / "flair.nii")

    with pytest.raises(NothingToRead, match="no volume"):
        opened(tmp_path)


def test_one_voxel_far_above_all_others_leaves_them_their_shades(tmp_path: Path) -> None:
    values = volume(shape=(40, 40, 40)).astype(np.float32) + 0.5
    values[0, 0, 0] = 1e30
    nifti(tmp_path / "flair.nii", values)

    study = opened(tmp_path)

    assert len(np.unique(study.slices)) > 2000
    assert "values" in {note.kind for note in study.notes}


def test_an_outline_that_packs_as_a_bomb_does_is_read_from_a_zip(tmp_path: Path) -> None:
    shape = (128, 128, 600)  # 18 MiB at 16 bits, packed a thousand to one
    nifti(tmp_path / "p" / "a_flair.nii", np.zeros(shape, np.uint8))
    nifti(tmp_path / "p" / "a_seg.nii", np.zeros(shape, np.int16))

    study = opened(zip_of(tmp_path / "p", tmp_path / "p.zip"))

    assert study.truth is not None


def test_a_mask_of_other_voxels_leaves_the_volume_without_truth(tmp_path: Path) -> None:
    nifti(tmp_path / "a_flair.nii", volume())
    nifti(tmp_path / "a_mask.nii", np.ones((4, 5, 5), np.uint8))

    study = opened(tmp_path)

    assert study.truth is None
    assert "on the voxels of its volume" in study.skipped[0].reason
    assert study.skipped[0].is_mask  # a first read does not hear of it


def test_a_mask_without_its_volume_says_so(tmp_path: Path) -> None:
    nifti(tmp_path / "a_mask.nii", np.ones((4, 5, 5), np.uint8))

    with pytest.raises(NothingToRead, match="expected a volume of its name"):
        opened(tmp_path)


def test_another_sequence_than_flair_is_said(tmp_path: Path) -> None:
    nifti(tmp_path / "a_t2w.nii", volume())

    assert opened(tmp_path).notes[-1].kind == "sequence"


def test_where_the_file_states_no_place_no_side_is_claimed(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(volume(), None)
    nibabel.save(image, tmp_path / "flair.nii")

    study = opened(tmp_path)

    assert study.edges is None
    assert study.notes[-1].kind == "sides"


def test_fractions_and_values_below_zero_keep_their_order(tmp_path: Path) -> None:
    values = np.linspace(-2, 2, 120).reshape(4, 5, 6).astype(np.float32)
    nifti(tmp_path / "flair.nii", values)

    study = opened(tmp_path)

    stored = study.slices[:, ::-1, ::-1, 0].transpose(2, 1, 0).ravel()
    assert np.all(np.diff(stored.astype(int)) > 0)
    assert (stored[0], stored[-1]) == (0, 65535)
    assert "values" in {note.kind for note in study.notes}


def test_a_few_values_below_zero_become_black(tmp_path: Path) -> None:
    values = volume().astype(np.int16)
    values[0, 0, 0] = -5
    nifti(tmp_path / "flair.nii", values)

    study = opened(tmp_path)

    assert study.slices[0, -1, -1, 0] == 0
    assert study.slices.max() == values.max()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: np.zeros((4, 4, 4, 3), np.uint8), "found a series of them"),
        (lambda: np.zeros((4, 4, 4), np.complex64), "one number a voxel"),
        (lambda: np.zeros((5000, 2, 2), np.uint8), "at most 4,096 pixels a side"),
    ],
)
def test_what_is_no_single_volume_is_refused(tmp_path: Path, make, words: str) -> None:
    nifti(tmp_path / "flair.nii", make())

    with pytest.raises(NothingToRead, match=words):
        opened(tmp_path)


def test_a_bomb_is_refused_by_its_header_before_it_is_unpacked(tmp_path: Path) -> None:
    header = nibabel.Nifti1Header()
    header.set_data_shape((4000, 4000, 4000))
    header.set_data_dtype(np.uint8)
    path = tmp_path / "flair.nii.gz"
    with gzip.open(path, "wb") as file:
        file.write(header.binaryblock + bytes(4) + bytes(10_000_000))

    with pytest.raises(NothingToRead, match="a header with more"):
        opened(tmp_path)


def test_damage_is_refused_with_its_reason(tmp_path: Path) -> None:
    path = nifti(tmp_path / "flair.nii.gz", volume(shape=(30, 30, 30)))
    path.write_bytes(path.read_bytes()[:2000])

    with pytest.raises(NothingToRead, match="expected a whole NIfTI volume"):
        opened(tmp_path)


def test_a_file_alone_a_zip_and_an_upload_are_read(tmp_path: Path) -> None:
    path = nifti(tmp_path / "p" / "a_flair.nii.gz", volume())
    mask = nifti(tmp_path / "p" / "a_flair_mask.nii.gz", np.ones((4, 5, 6), np.uint8))
    files = [(one.name, one.read_bytes()) for one in (path, mask)]

    (uploaded,), refused = sources_from_upload(files, tmp_path / "staging")
    studies = [
        opened(path),
        opened(zip_of(tmp_path / "p", tmp_path / "p.zip")),
        uploaded.open(),
    ]

    assert not refused
    for study in studies:
        assert study.truth is not None
        assert study.truth.all()
        np.testing.assert_array_equal(study.slices, studies[0].slices)


@pytest.mark.parametrize(("slope", "intercept"), [(0.25, 0.0), (2.0, -3.0)])
def test_stored_numbers_are_scaled_as_the_header_says(
    tmp_path: Path, slope: float, intercept: float
) -> None:
    stored = volume(4).astype(np.int16)
    image = nibabel.Nifti1Image(stored, np.eye(4))
    image.header.set_slope_inter(slope, intercept)
    nibabel.save(image, tmp_path / "a_flair.nii.gz")
    plain = nifti(tmp_path / "plain" / "a_flair.nii", stored * slope + intercept)

    assert nibabel.load(tmp_path / "a_flair.nii.gz").dataobj.slope == slope
    np.testing.assert_array_equal(opened(tmp_path / "a_flair.nii.gz").slices, opened(plain).slices)


def test_an_outline_saved_with_a_scale_factor_is_the_same_outline(tmp_path: Path) -> None:
    nifti(tmp_path / "a_flair.nii", volume())
    outline = (volume(2) > volume(2).mean()).astype(float)
    image = nibabel.Nifti1Image(outline, np.eye(4))
    image.header.set_data_dtype(np.uint8)
    nibabel.save(image, tmp_path / "a_seg.nii")

    study = opened(tmp_path)

    assert nibabel.load(tmp_path / "a_seg.nii").dataobj.slope != 1
    assert study.truth is not None
    assert study.truth.sum() == outline.sum()


@pytest.mark.parametrize("highest", [0.45, 1.0, 99.5])
def test_an_outline_that_was_resampled_ends_where_half_of_it_is_left(
    tmp_path: Path, highest: float
) -> None:
    nifti(tmp_path / "a_flair.nii", volume(0, (8, 8, 8)))
    soft = np.zeros((8, 8, 8), np.float32)
    soft[2:6, 2:6, 2:6] = 0.3 * highest
    soft[3:5, 3:5, 3:5] = highest
    nifti(tmp_path / "a_seg.nii", soft)

    study = opened(tmp_path)

    assert study.truth is not None
    assert study.truth.sum() == 8


def test_edges_of_labels_that_were_resampled_end_at_half_of_the_lowest(tmp_path: Path) -> None:
    nifti(tmp_path / "a_flair.nii", volume(0, (8, 8, 8)))
    labels = np.zeros((8, 8, 8), np.float32)
    labels[2:4], labels[5], labels[6] = 1.0, 0.4, 4.0
    nifti(tmp_path / "a_seg.nii", labels)

    study = opened(tmp_path)

    assert study.truth is not None
    assert study.truth.sum() == 3 * 64
