"""Grey images beside the patients of a run."""

import hashlib
import json

import numpy as np
import pytest
from PIL import Image

from seg_core.data.doubtful import doubtful_images
from seg_core.errors import NothingToRead, RecipeError, RunError
from seg_core.settings import Settings
from seg_core.training.loose_images import check_positives, load_loose
from seg_core.training.recipe import Recipe, recipe_named
from seg_core.training.run_folder import RunFolder
from seg_core.training.worker import resume, train

FIVE_FOLDS = {"split.kind": "folds", "split.folds": 5}


@pytest.fixture
def notumor(tmp_path):
    """Ten different JPEGs, and a copy of the first."""
    folder = tmp_path / "notumor"
    folder.mkdir()
    for i in range(10):
        noise = np.random.default_rng(i).integers(0, 255, (8, 8), np.uint8)
        Image.fromarray(noise).resize((40, 48)).save(folder / f"no_{i}.jpg")
    (folder / "no_copy.jpg").write_bytes((folder / "no_0.jpg").read_bytes())
    return folder


def test_each_picture_is_left_out_by_one_fold_its_copies_with_it(notumor):
    left_out = []
    for fold in range(1, 6):
        recipe = recipe_named("paper").changed({**FIVE_FOLDS, "split.fold": fold})
        found = load_loose([notumor], [], recipe).negatives
        assert len(found.slices) == len(found.files.trained) == 11 - len(found.files.left_out)
        left_out.append(set(found.files.left_out))

    assert sorted(name for part in left_out for name in part) == sorted(
        f"notumor/{path.name}" for path in notumor.iterdir()
    )
    assert any({"notumor/no_0.jpg", "notumor/no_copy.jpg"} <= part for part in left_out)


def test_they_hold_no_tumour_and_carry_their_content_s_hash(notumor):
    found = load_loose([notumor], [], recipe_named("paper")).negatives
    name, digest = next(iter(found.files.trained.items()))

    assert not any(group.truth.any() for group in found.slices)
    assert len(found.files.pixels[name]) == 1
    assert found.files.pixels.keys() == found.files.trained.keys()
    assert digest == hashlib.sha256((notumor.parent / name).read_bytes()).hexdigest()


def test_what_is_filed_as_without_tumour_and_shows_one_is_judged_and_never_trained_on(
    notumor, monkeypatch, caplog
):
    digest = hashlib.sha256((notumor / "no_0.jpg").read_bytes()).hexdigest()
    monkeypatch.setitem(doubtful_images(), digest, "a mass")
    copies = {"notumor/no_0.jpg", "notumor/no_copy.jpg"}
    left_out = 0
    for fold in range(1, 6):
        recipe = recipe_named("paper").changed({**FIVE_FOLDS, "split.fold": fold})
        files = load_loose([notumor], [], recipe).negatives.files
        assert not copies & files.trained.keys()
        left_out += copies <= files.left_out.keys()

        whole = load_loose([notumor], [], recipe, before=files.trained.keys() | copies)
        assert copies <= whole.files.trained.keys() | whole.files.left_out.keys()

    assert left_out == 1
    assert "no_0.jpg is filed as without tumour, but shows a mass" in caplog.text
    assert copies <= load_loose([], [notumor], recipe).positives.files.trained.keys()


def test_a_folder_without_an_image_is_refused(tmp_path):
    with pytest.raises(NothingToRead, match="expected grey images"):
        load_loose([tmp_path], [], recipe_named("paper"))


def test_a_run_trains_on_them_and_resumes_only_with_the_same(phantoms, small, notumor, tmp_path):
    settings = Settings(home=tmp_path / "home")
    recipe = small.changed({"draws": "patients", "negative_share": 0.5, "epochs": 1})
    run = train([phantoms], recipe, settings, "negatives", negatives=[notumor])

    stored = json.loads((run.path / "negatives.json").read_text())
    assert run.provenance()["negatives"] == [str(notumor)]
    assert stored["trained"]
    (notumor / "no_3.jpg").unlink()
    with pytest.raises(RunError, match="expected the grey images"):
        resume(RunFolder(run.path), settings, from_best=True)


def test_images_with_tumour_are_refused_where_they_would_be_drawn_as_having_none(tmp_path):
    slice_by_slice = Recipe(draws="slices", positive_share=0)
    with pytest.raises(RecipeError, match="image_level"):
        check_positives(slice_by_slice, [tmp_path])


def test_two_folders_of_one_name_are_refused(notumor, tmp_path):
    other = tmp_path / "Testing" / "notumor"
    other.mkdir(parents=True)

    with pytest.raises(NothingToRead, match="expected folders of different names"):
        load_loose([notumor], [other], recipe_named("paper"))


def test_images_with_tumour_are_left_out_by_the_same_rule_and_told_apart(notumor, tmp_path):
    glioma = tmp_path / "glioma"
    glioma.mkdir()
    for i in range(20, 30):
        noise = np.random.default_rng(i).integers(0, 255, (8, 8), np.uint8)
        Image.fromarray(noise).resize((40, 48)).save(glioma / f"gl_{i}.jpg")
    recipe = recipe_named("paper").changed({**FIVE_FOLDS, "split.fold": 2})
    alone = load_loose([notumor], [], recipe)
    both = load_loose([notumor], [glioma], recipe)

    assert both.negatives.files == alone.negatives.files
    assert {name.partition("/")[0] for name in both.positives.files.trained} == {"glioma"}
    assert both.positives.files.left_out
    assert all(group.outlined for group in both.negatives.slices)
    assert not any(group.outlined for group in both.positives.slices)


def test_a_run_trains_on_images_whose_tumour_nobody_outlined(phantoms, small, notumor, tmp_path):
    settings = Settings(home=tmp_path / "home")
    recipe = small.changed({"draws": "patients", "image_level": 0.1, "epochs": 1})
    run = train([phantoms], recipe, settings, "positives", positives=[notumor])

    assert run.status().state == "finished"
    assert run.provenance()["positives"] == [str(notumor)]
    assert json.loads((run.path / "positives.json").read_text())["trained"]


def test_a_recipe_that_would_learn_nothing_from_them_is_refused(phantoms, small, notumor, tmp_path):
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(RecipeError, match="nothing would be learnt from them"):
        train([phantoms], small, settings, "positives", positives=[notumor])
    shares = {"image_level": 0.1, "negative_share": 0.5, "positive_share": 0.5}
    with pytest.raises(RecipeError, match="no patient would be drawn"):
        train([phantoms], small.changed(shares), settings, "positives", positives=[notumor])
