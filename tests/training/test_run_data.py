"""Patients as training and judging take them into memory."""

import shutil

import pytest

from seg_core.errors import NothingToRead, SplitError
from seg_core.training import run_data
from seg_core.training.recipe import recipe_named
from seg_core.training.run_data import load_patients


@pytest.mark.parametrize(("recipe", "others"), [("second-reader-flair", 2), ("second-reader", 0)])
def test_other_channels_are_made_ready_for_training_alone_and_where_they_are_shown(
    phantoms, recipe, others
):
    found = recipe_named(recipe)

    assert {len(one.others) for one in load_patients([phantoms], found, to_train=True)} == {others}
    assert {len(one.others) for one in load_patients([phantoms], found)} == {0}


def test_patients_without_masks_are_named_and_none_left_is_an_error(
    phantoms, small, tmp_path, monkeypatch
):
    said = []  # whatever other tests made of the process' logging
    monkeypatch.setattr(run_data.log, "warning", lambda text, *of: said.append(text % of))
    bare = sorted(path.name for path in shutil.copytree(phantoms, tmp_path / "set").iterdir())
    for mask in tmp_path.glob("set/*/*_mask.tif"):
        mask.unlink()
    with pytest.raises(NothingToRead, match=f"have masks, found 4 without: {bare[0]}, {bare[1]}"):
        load_patients([tmp_path / "set"], small)

    whole = phantoms / bare[3]
    shutil.copytree(whole, tmp_path / "set" / bare[3], dirs_exist_ok=True)
    left = load_patients([tmp_path / "set"], small)

    assert [one.patient for one in left] == [bare[3]]
    assert said[-1] == f"left out: 3 patients without masks: {', '.join(bare[:3])}"


def test_a_copy_that_lacks_a_slice_is_the_same_patient(phantoms, small, tmp_path):
    data = shutil.copytree(phantoms, tmp_path / "set")
    whose = min(data.iterdir())
    copy = shutil.copytree(whose, data / "CLINIC_0001")
    for file in sorted(copy.iterdir())[:2]:  # a slice and its mask
        file.unlink()

    with pytest.raises(SplitError, match="hold the same slices"):
        load_patients([data], small)
