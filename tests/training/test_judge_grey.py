"""A run and a released model on images by class: as they read such an image anywhere else."""

import hashlib
import json
import shutil

import numpy as np
from PIL import Image

from seg_core.evaluation.grey_files import list_grey_files
from seg_core.evaluation.grey_set import read_grey, see_images
from seg_core.inference import make_engine, segment_study
from seg_core.models.slice_digests import slice_digests
from seg_core.readers import find_studies
from seg_core.training.build import build_model
from seg_core.training.judge_grey import grey_folds, grey_model, grey_run, write_grey_folds
from seg_core.training.state import Progress, save_state
from tests.evaluation.made_grey import make_grey_set
from tests.inference.networks import make_mean_network
from tests.pages.runs import make_run


def test_a_model_sees_an_image_here_as_segment_does(tmp_path):
    model, engine = make_mean_network(tmp_path / "home", pixel_threshold=0.7), make_engine()
    files = list_grey_files([make_grey_set(tmp_path / "grey", 1)]).files

    subject = grey_model(model, engine)
    seen = list(see_images(files, subject))

    for one in seen:
        (source,) = find_studies(one.file.path)
        reading = segment_study(source.open(), model, engine)
        assert np.array_equal(reading.probability[0], one.probability)
    assert (subject.label, subject.threshold) == ("paper-unet/1", 0.7)
    assert subject.engine == "openvino f32 on CPU"


def test_a_run_goes_with_its_best_weights_and_names_whom_it_saw(tmp_path):
    run = make_run(
        tmp_path, "run-1", 2, network__size=16, network__filters=2, network__depth=1,
        pixel_threshold=0.6,
    )  # fmt: skip
    save_state(run.best, build_model(run.recipe()), Progress(epoch=2))

    subject = grey_run(run)
    seen = list(see_images(list_grey_files([make_grey_set(tmp_path / "g", 1)]).files, subject))

    assert [one.probability.shape for one in seen] == [(48, 48), (48, 48)]
    assert (subject.label, subject.engine, subject.threshold) == ("run-1", "Keras", 0.6)
    assert subject.weights == "best epoch, 2 of 2"
    assert len(subject.seen.names) == 8 - len(run.split().members("test"))


def test_a_run_knows_its_images_by_their_pixels_under_another_root(tmp_path):
    run = make_run(tmp_path, "run-1", 2, network__size=16, network__filters=2, network__depth=1)
    save_state(run.best, build_model(run.recipe()), Progress(epoch=2))
    image = np.random.default_rng(0).integers(1, 255, (1, 16, 16, 1), np.uint8)
    pixels = {"notumor/1.png": list(slice_digests(image))}
    known = {"trained": {"notumor/1.png": "digest"}, "left_out": {}, "pixels": pixels}
    (run.path / "negatives.json").write_text(json.dumps(known))

    seen = grey_run(run).seen

    assert seen.whose(("Training/notumor/1.png", "1.png", "1"), image) == "notumor/1.png"
    assert seen.whose(("1.png",), 255 - image) is None


def run_on_fold(runs, k, trained=(), left_out=()):
    """A run of a tiny network that trained on some images without tumour and left out others."""
    run = make_run(
        runs, f"run-{k}", 1, network__size=16, network__filters=2, network__depth=1, seed=k
    )
    save_state(run.best, build_model(run.recipe()), Progress(epoch=1))
    parts = {"trained": trained, "left_out": left_out}
    digests = {
        name: {file.name: hashlib.sha256(file.path.read_bytes()).hexdigest() for file in some}
        for name, some in parts.items()
    }
    pixels = {file.name: sorted(slice_digests(read_grey(file))) for file in trained}
    (run.path / "negatives.json").write_text(json.dumps({**digests, "pixels": pixels}))
    return run


def test_each_image_is_judged_by_the_run_that_left_it_out(tmp_path):
    files = list_grey_files([make_grey_set(tmp_path / "grey", 2)]).files
    runs = [run_on_fold(tmp_path, k, left_out=[files[k]]) for k in (0, 1)]

    together = {one.file.name: one for one in see_images(files, grey_folds(runs, None, files))}

    for run, file in zip(runs, files[:2], strict=True):
        (alone,) = see_images([file], grey_run(run))
        assert np.allclose(together[file.name].probability, alone.probability, atol=1e-6)
    assert len(together) == len(files)


def test_an_image_that_every_given_run_trained_on_is_named_and_not_judged(tmp_path):
    data = make_grey_set(tmp_path / "grey", 2)
    first, second, third, new = list_grey_files([data]).files
    runs = [
        run_on_fold(tmp_path, 0, trained=[second, third], left_out=[first]),
        run_on_fold(tmp_path, 1, trained=[first, third], left_out=[second]),
    ]

    stored = write_grey_folds(tmp_path / "out", runs, None, [data])

    assert [one.name for one in stored.images] == [first.name, second.name, new.name]
    assert [one.file for one in stored.evaluation.refused] == [third.name]
    assert stored.evaluation.refused[0].reason.startswith("expected a run that did not train on it")


def test_a_copy_under_another_name_is_judged_by_no_run_that_trained_on_it(tmp_path):
    first, second, *_ = list_grey_files([make_grey_set(tmp_path / "grey", 2)]).files
    runs = [
        run_on_fold(tmp_path, 0, trained=[first, second]),
        run_on_fold(tmp_path, 1, trained=[first]),
    ]
    (tmp_path / "renamed" / "notumor").mkdir(parents=True)
    for k, one in enumerate((first, second)):
        shutil.copy(one.path, tmp_path / "renamed" / "notumor" / f"{k}.jpg")

    stored = write_grey_folds(tmp_path / "out", runs, None, [tmp_path / "renamed"])

    assert [one.name for one in stored.images] == ["notumor/1.jpg"]
    assert [one.file for one in stored.evaluation.refused] == ["notumor/0.jpg"]


def test_images_of_one_name_in_two_classes_are_told_apart(tmp_path):
    data = make_grey_set(tmp_path / "grey", 1)
    for image in data.rglob("*.jpg"):
        image.rename(image.with_name("1.jpg"))
    first, second = list_grey_files([data]).files
    runs = [run_on_fold(tmp_path, 0, trained=[first]), run_on_fold(tmp_path, 1, trained=[second])]

    stored = write_grey_folds(tmp_path / "out", runs, None, [data])

    assert len(stored.images) == 2
    assert not stored.evaluation.refused


def test_runs_that_kept_no_pixels_are_known_by_names_too(tmp_path):
    first, second, *_ = list_grey_files([make_grey_set(tmp_path / "grey", 2)]).files
    runs = [run_on_fold(tmp_path, k, trained=[one]) for k, one in enumerate((first, second))]
    for run in runs:
        known = json.loads((run.path / "negatives.json").read_text())
        (run.path / "negatives.json").write_text(json.dumps({**known, "pixels": {}}))
    for one in (first, second):
        Image.open(one.path).save(one.path, quality=60)  # other bytes, under the same name

    judges = grey_folds(runs, None, [first, second]).judges

    assert judges[first.name] is not judges[second.name]
    alone = {one.file.name: one for one in see_images([first], grey_run(runs[1]))}
    together = {one.file.name: one for one in see_images([first], grey_folds(runs, None, [first]))}
    assert np.allclose(alone[first.name].probability, together[first.name].probability, atol=1e-6)
