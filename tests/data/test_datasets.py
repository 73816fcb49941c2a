"""Data sets are found by their layout, wherever they lie below a root."""

from __future__ import annotations

from pathlib import Path

from seg_core.data.datasets import find_datasets


def patient(folder: Path, mask: bool = True) -> None:
    folder.mkdir(parents=True)
    (folder / f"{folder.name}_1.tif").touch()
    if mask:
        (folder / f"{folder.name}_1_mask.tif").touch()


def test_a_root_that_is_a_data_set_and_one_that_holds_two_are_both_found(tmp_path: Path):
    patient(tmp_path / "one" / "P_1")
    patient(tmp_path / "many" / "lgg" / "P_1")
    patient(tmp_path / "many" / "more" / "phantom" / "P_2")

    found = find_datasets([tmp_path / "one", tmp_path / "many"])

    assert found == [
        tmp_path / "one",
        tmp_path / "many" / "lgg",
        tmp_path / "many" / "more" / "phantom",
    ]


def test_volumes_with_outlines_are_a_data_set_too(tmp_path: Path):
    case = tmp_path / "data" / "brats" / "BraTS-GLI-00000-000"
    case.mkdir(parents=True)
    for sequence in ("t1n", "t2f", "t1c", "seg"):
        (case / f"{case.name}-{sequence}.nii.gz").touch()

    assert find_datasets([tmp_path / "data"]) == [tmp_path / "data" / "brats"]


def test_folders_without_masks_hidden_folders_and_missing_roots_are_none(tmp_path: Path):
    patient(tmp_path / "grey" / "P_1", mask=False)
    patient(tmp_path / ".cache" / "P_1")

    assert find_datasets([tmp_path, tmp_path / "gone"]) == []


def test_a_link_that_leads_out_of_a_root_is_not_followed(tmp_path: Path):
    patient(tmp_path / "outside" / "set" / "P_1")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "outside" / "set")

    assert find_datasets([tmp_path / "root"]) == []
