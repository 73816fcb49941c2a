"""A run and a released model on images by class: as they read such an image anywhere else."""

import json

import numpy as np

from seg_core.evaluation.grey_files import list_grey_files
from seg_core.evaluation.grey_set import see_images
from seg_core.inference import make_engine, segment_study
from seg_core.readers import find_studies
from seg_core.training.build import build_model
from seg_core.training.judge_grey import grey_folds, grey_model, grey_run
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
    assert len(subject.seen) == 8 - len(run.split().members("test"))


def test_each_image_is_judged_by_the_run_that_left_it_out(tmp_path):
    files = list_grey_files([make_grey_set(tmp_path / "grey", 2)]).files
    runs = []
    for k, left_out in enumerate((files[0], files[1])):
        run = make_run(
            tmp_path, f"run-{k}", 1, network__size=16, network__filters=2, network__depth=1,
            seed=k,
        )  # fmt: skip
        save_state(run.best, build_model(run.recipe()), Progress(epoch=1))
        parts = {"trained": {}, "left_out": {left_out.name: "digest"}}
        (run.path / "negatives.json").write_text(json.dumps(parts))
        runs.append(run)

    together = {one.file.name: one for one in see_images(files, grey_folds(runs, None, files))}

    for run, file in zip(runs, files[:2], strict=True):
        (alone,) = see_images([file], grey_run(run))
        assert np.allclose(together[file.name].probability, alone.probability, atol=1e-6)
    assert len(together) == len(files)
