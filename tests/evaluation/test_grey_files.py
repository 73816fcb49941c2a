"""Which folders are images by class, and what is listed of them."""

from pathlib import Path

import pytest

from seg_core.errors import InputError, NothingToRead
from seg_core.evaluation.grey_files import (
    all_grey,
    expects_tumour,
    find_grey_sets,
    is_grey_set,
    list_grey_files,
)
from tests.evaluation.made_grey import make_grey_set, picture, save


def test_folders_of_known_classes_are_such_a_set(tmp_path):
    assert is_grey_set(make_grey_set(tmp_path))


def test_training_and_testing_may_stand_between(tmp_path):
    make_grey_set(tmp_path / "Training", 2)
    make_grey_set(tmp_path / "Testing", 1)

    found = list_grey_files([tmp_path])

    assert is_grey_set(tmp_path)
    assert found.classes == ("glioma", "notumor")
    assert [one.name for one in found.files] == [
        "Testing/glioma/glioma_0.jpg", "Testing/notumor/notumor_0.jpg",
        "Training/glioma/glioma_0.jpg", "Training/glioma/glioma_1.jpg",
        "Training/notumor/notumor_0.jpg", "Training/notumor/notumor_1.jpg",
    ]  # fmt: skip


def test_patients_are_no_such_set_with_masks_or_without(tmp_path, phantom_dir):
    for patient in ("TCGA_1", "TCGA_2"):
        save(tmp_path / patient / "1.png", picture(1))

    assert not is_grey_set(phantom_dir)
    assert not is_grey_set(tmp_path)
    assert not all_grey([phantom_dir, tmp_path])


def test_a_mask_among_the_images_makes_it_another_thing(tmp_path):
    make_grey_set(tmp_path)
    save(tmp_path / "glioma" / "glioma_0_mask.png", picture(1))

    assert not is_grey_set(tmp_path)


def test_classes_of_any_name_are_taken_when_the_user_says_so_and_masks_are_named(tmp_path):
    make_grey_set(tmp_path, 1, ("healthy", "sick"))
    save(tmp_path / "sick" / "sick_0_mask.png", picture(1))

    assert all_grey([tmp_path], forced=True)
    found = list_grey_files([tmp_path])
    assert found.classes == ("sick", "healthy")
    assert [one.name for one in found.files] == ["healthy/healthy_0.jpg", "sick/sick_0.jpg"]
    assert found.refused[0].file == "sick/sick_0_mask.png"
    assert "expected images without masks" in found.refused[0].reason


@pytest.mark.parametrize("name", ["notumor", "no_tumor", "No Tumour", "normal", "no"])
def test_some_names_say_that_there_is_no_tumour(name):
    assert not expects_tumour(name)


def test_other_names_promise_one():
    assert expects_tumour("pituitary")
    assert expects_tumour("nodule")


def test_one_class_under_two_spellings_counts_once(tmp_path):
    make_grey_set(tmp_path / "Training", 1, ("Glioma", "no_tumor"))
    make_grey_set(tmp_path / "Testing", 1, ("glioma", "notumor"))

    assert len(list_grey_files([tmp_path]).classes) == 2


def test_two_roots_are_told_apart_by_their_names(tmp_path):
    roots = [make_grey_set(tmp_path / name, 1, ("glioma", "notumor")) for name in ("a", "b")]

    names = [one.name for one in list_grey_files(roots).files]

    assert names[0] == "a/glioma/glioma_0.jpg"
    assert len(set(names)) == 4


def test_patients_and_images_by_class_do_not_go_into_one_evaluation(tmp_path, phantom_dir):
    with pytest.raises(InputError, match="in two commands"):
        all_grey([make_grey_set(tmp_path), phantom_dir])


def test_a_folder_without_classes_is_refused_with_what_is_expected(tmp_path):
    with pytest.raises(NothingToRead, match="folders of images, one a class"):
        list_grey_files([tmp_path])


def test_a_link_that_leads_out_is_named_and_not_followed(tmp_path):
    root = make_grey_set(tmp_path / "set", 1)
    secret = save(tmp_path / "secret.jpg", picture(1))
    (root / "glioma" / "link.jpg").symlink_to(secret)
    (root / "meningioma").symlink_to(secret.parent)

    found = list_grey_files([root])

    assert [one.file for one in found.refused] == ["glioma/link.jpg"]
    assert found.classes == ("glioma", "notumor")
    assert all(Path("secret.jpg") != one.path for one in found.files)


def test_sets_are_found_below_the_data_roots_and_not_inside_each_other(tmp_path):
    made = make_grey_set(tmp_path / "kaggle" / "Training").parent
    (tmp_path / "other").mkdir()

    assert find_grey_sets([tmp_path]) == [made]
