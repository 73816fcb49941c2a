"""Runs on the folds of one protocol, judged together."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from seg_core.data.folds import make_folds
from seg_core.data.phantom import write_phantom
from seg_core.errors import RunError, SplitError
from seg_core.models.card import Mirroring
from seg_core.settings import Settings
from seg_core.training.cross_validation import cross_validate
from seg_core.training.judge import under_test
from seg_core.training.out_of_fold import (
    AS_READ,
    BEGUN,
    BESIDE,
    GREY_FOLDER,
    INT8,
    RECIPE,
    WRITTEN,
    write_how,
)
from seg_core.training.quantise_folds import quantise_folds
from seg_core.training.recipe import recipe_named
from seg_core.training.release import release
from seg_core.training.run_card import digests_of_seen
from seg_core.training.worker import train

TINY = {
    "frame.name": "brain", "network.size": 32, "network.filters": 2, "network.depth": 1,
    "epochs": 1, "steps_per_epoch": 2, "batch_size": 4, "pictures": 0,
    "split.kind": "folds", "split.folds": 2, "split.validation": 0.25,
}  # fmt: skip


@pytest.fixture(scope="module")
def two_folds(tmp_path_factory):
    """Two runs on the two folds of six phantom patients, the protocol, and two runs of FLAIR."""
    folder = tmp_path_factory.mktemp("folds")
    settings = Settings(home=folder / "home")
    patients = [p.name for p in write_phantom(folder / "data", 6, 4, seed=0)]
    protocol = make_folds(dict.fromkeys(patients, 1), 2, name="two")
    (folder / "two.json").write_text(protocol.model_dump_json())
    recipe = recipe_named("paper").changed({**TINY, "split.file": str(folder / "two.json")})

    def on_both(name, **changes):
        folds = [recipe.changed({"split.fold": k, **changes}) for k in (1, 2)]
        return [train([folder / "data"], f, settings, f"{name}-{f.split.fold}") for f in folds]

    return on_both("fold"), protocol, on_both("flair", **{"network.channels": 1})


@pytest.fixture(scope="module")
def judged(two_folds, tmp_path_factory):
    """What both runs together say, and the folder that it was written to."""
    out = tmp_path_factory.mktemp("judged") / "out"
    return cross_validate(two_folds[0], out, flips=True, pixels=True), out


def test_every_patient_is_judged_once_by_the_run_that_left_it_out(two_folds, judged):
    runs, protocol, _ = two_folds
    found, _ = judged

    assert sorted(p.patient for p in found.patients) == sorted(protocol.patients)
    assert found.missing == ()
    for run, fold in zip(runs, (1, 2), strict=True):
        left_out = {member.split("/")[0] for member in run.split().test}
        assert left_out == protocol.members(fold)


def test_confidence_comes_from_the_other_folds_and_its_figures_are_written(judged):
    found, out = judged
    written = json.loads((out / "figures.json").read_text())

    assert found.as_read.patients == 6
    assert all(one.confidence is not None for p in found.patients for one in p.slices)
    assert written["part"] == "out-of-fold"
    assert "Expected calibration error of slices" in [one["name"] for one in written["figures"]]


def test_every_name_that_is_written_is_known_to_a_repeat(judged):
    assert {path.name for path in judged[1].iterdir()} <= WRITTEN


def test_what_an_earlier_cross_validation_cost_and_saw_does_not_pass_for_a_later_ones(
    two_folds, judged, tmp_path
):
    (runs, _, _), (found, _) = two_folds, judged
    for name in (INT8, GREY_FOLDER):
        (tmp_path / name).mkdir()
        (tmp_path / name / "figures.json").write_text("{}")
    (tmp_path / "figures.json").write_text("{}")

    write_how(tmp_path, runs[0], None, found.as_read)

    assert {path.name for path in tmp_path.iterdir()} == {RECIPE, BEGUN, BESIDE, AS_READ}


def test_a_training_patient_that_is_not_at_hand_is_named_before_a_release(two_folds):
    run = two_folds[0][0]
    tested = under_test(run)
    patients = [group for group in tested.patients if group.patient in run.split().train[0]]
    lacking = replace(tested, patients=tuple(set(tested.patients) - set(patients)))

    with pytest.raises(RunError, match=f"found none of {patients[0].patient}"):
        digests_of_seen(lacking, ())


def test_calibration_around_tumour_stands_beside_what_it_was_before(judged):
    _, out = judged
    written = {one["name"] for one in json.loads((out / "figures.json").read_text())["figures"]}

    error = "Expected calibration error of pixels around tumour"
    assert {error, f"{error}, before calibration"} <= written


def test_mirror_images_of_some_slices_go_into_figures_and_release_alike(two_folds, tmp_path):
    runs, _, _ = two_folds
    found = cross_validate(runs, tmp_path / "out", mirroring=Mirroring(0.0, 0.05))
    plain = cross_validate(runs, tmp_path / "plain")
    model = release(runs[0], "mirrored", tmp_path / "models", out_of_fold=tmp_path / "out")

    assert found.as_read.mirrored_from == 0
    assert model.card.mirroring == Mirroring(0.0, 0.05)
    scores = [[one.score for p in some.patients for one in p.slices] for some in (found, plain)]
    assert scores[0] != scores[1]


def test_mirror_images_of_some_slices_are_refused_beside_calibrated_pixels(two_folds, tmp_path):
    runs, _, _ = two_folds

    with pytest.raises(ValueError, match="pixels: expected no mirroring"):
        cross_validate(runs, tmp_path / "out", mirroring=Mirroring(0.02, 0.08), pixels=True)

    assert not (tmp_path / "out").exists()


def test_patients_that_are_not_in_the_data_are_named(two_folds, tmp_path):
    runs, _, _ = two_folds
    (root,) = map(Path, runs[0].provenance()["data"])
    shutil.copytree(root, tmp_path / "data")
    gone = sorted(path for path in (tmp_path / "data").iterdir() if path.is_dir())[0]
    shutil.rmtree(gone)

    found = cross_validate(runs, tmp_path / "out", [tmp_path / "data"])

    assert [one.file for one in found.evaluation.left_out] == [gone.name]
    assert found.evaluation.data == ("data",)


def test_a_missing_fold_is_named(two_folds, tmp_path):
    runs, _, _ = two_folds

    assert cross_validate(runs[:1], tmp_path / "out").missing == (2,)


def test_the_same_fold_twice_is_refused(two_folds, tmp_path):
    runs, _, _ = two_folds

    with pytest.raises(SplitError, match="fold 1 is already fold-1"):
        cross_validate([runs[0], runs[0]], tmp_path / "out")


def test_a_release_may_be_judged_by_the_folds_of_its_recipe(two_folds, judged, tmp_path):
    model = release(two_folds[0][0], "folded", tmp_path / "models", out_of_fold=judged[1])

    assert {row.split for row in model.card.measured} == {"out-of-fold, split by folds"}
    assert {row.patients for row in model.card.measured} == {6}
    assert model.card.confidence.source == "evaluation/out-of-fold"
    assert model.card.as_read == judged[0].as_read
    assert model.card.as_read.flips
    assert (model.folder / "evaluation" / "out-of-fold" / "slices.csv").is_file()


def test_folds_of_other_patients_or_of_some_alone_judge_no_release(two_folds, judged, tmp_path):
    runs, protocol, _ = two_folds
    cross_validate(runs[:1], tmp_path / "half", flips=True, pixels=True)
    renamed = shutil.copytree(judged[1], tmp_path / "strangers")
    one = min(protocol.patients)
    for name in ("slices.csv", "regions.csv", "thresholds.csv"):
        table = renamed / name
        table.write_text(table.read_text().replace(one, "SOMEBODY_ELSE"))

    with pytest.raises(RunError, match="found 3 that no fold judged"):
        release(runs[0], "folded", tmp_path / "models", out_of_fold=tmp_path / "half")
    with pytest.raises(RunError, match="found 1 that it does not know: SOMEBODY_ELSE"):
        release(runs[0], "folded", tmp_path / "models", out_of_fold=renamed)


def test_a_release_in_eight_bits_says_what_these_cost_out_of_fold(two_folds, judged, tmp_path):
    pytest.importorskip("nncf", reason="pip install -r requirements-quantise.txt")
    shutil.copytree(judged[1], tmp_path / "out")

    strangers = [Path(two_folds[0][0].provenance()["data"][0]), tmp_path / "strangers"]
    for patient in write_phantom(strangers[1], 3, 4, seed=5):
        patient.rename(patient.with_name(f"STRANGER_{patient.name}"))
    cost = quantise_folds(two_folds[0], tmp_path / "out", strangers)
    model = release(
        two_folds[0][0], "folded", tmp_path / "models", out_of_fold=tmp_path / "out", int8=True
    )

    assert (cost.patients, cost.slices) == (6, 24)
    assert model.card.quantised.moved == cost
    assert (model.folder / cost.source / "beside_float32.csv").is_file()


def test_the_folds_of_another_recipe_judge_no_release(two_folds, judged, tmp_path):
    runs, _, _ = two_folds
    shutil.copytree(judged[1], tmp_path / "out")
    other = runs[0].recipe().changed({"learning_rate": 0.01})
    (tmp_path / "out" / "recipe.json").write_text(other.model_dump_json())

    with pytest.raises(RunError, match="expected the folds of fold-1's recipe"):
        release(runs[0], "folded", tmp_path / "models", out_of_fold=tmp_path / "out")


def files_of(run):
    """Names and bytes of what lies in the run's evaluations."""
    found = (run.path / "evaluation").rglob("*.*")
    return {path.name: path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def together(two_folds, tmp_path_factory):
    """The folder of what both networks of each fold say together."""
    runs, _, flair = two_folds
    out = tmp_path_factory.mktemp("together") / "out"
    return cross_validate(runs, out, beside=flair[::-1]), out


def test_networks_that_read_together_are_judged_together_each_on_its_own_fold(
    judged, together, two_folds
):
    found, _ = together

    assert found.evaluation.subject == "fold-1 with flair-1, fold-2 with flair-2"
    assert sorted(p.patient for p in found.patients) == sorted(two_folds[1].patients)
    scores = [[one.score for p in each.patients for one in p.slices] for each in (found, judged[0])]
    assert scores[0] != scores[1]


def test_a_release_of_both_says_both_and_is_judged_by_both(together, two_folds, tmp_path):
    runs, _, flair = two_folds
    before = files_of(runs[0])
    model = release(runs[0], "both", tmp_path / "models", beside=flair[:1], out_of_fold=together[1])

    assert files_of(runs[0]) == before  # its evaluations tell of its own network
    assert model.card.training.run == "fold-1"
    assert [one.run for one in model.card.beside] == ["flair-1"]
    assert model.card.parameters > release(runs[0], "one", tmp_path / "models").card.parameters
    assert "2 networks read together" in (model.folder / "card.md").read_text()
    with pytest.raises(RunError, match="Cross-validate with the same --beside"):
        release(runs[0], "one", tmp_path / "models", out_of_fold=together[1])


@pytest.fixture(scope="module")
def asked(two_folds, tmp_path_factory):
    """What the folds say where FLAIR's networks are asked about every slice, and its folder."""
    runs, _, flair = two_folds
    out = tmp_path_factory.mktemp("asked") / "out"
    how = {"mirroring": Mirroring(0.0), "second_opinion": True}
    return cross_validate(runs, out, beside=flair, **how), out


def test_a_second_opinion_of_every_slice_is_reading_together_both_ways(asked, two_folds, tmp_path):
    runs, _, flair = two_folds
    both_ways = cross_validate(runs, tmp_path / "out", beside=flair, flips=True)

    assert asked[0].as_read.second_opinion
    scores = [
        [one.score for p in found.patients for one in p.slices] for found in (asked[0], both_ways)
    ]
    assert scores[0] == pytest.approx(scores[1], abs=1e-4)


def test_a_release_asks_for_the_second_opinion_that_it_was_judged_with(asked, two_folds, tmp_path):
    runs, _, flair = two_folds
    model = release(runs[0], "asks", tmp_path / "models", beside=flair[:1], out_of_fold=asked[1])
    one = release(runs[0], "one", tmp_path / "models")

    assert model.card.second_opinion
    assert {"second.keras", "second.xml", "second.bin"} < set(model.card.files)
    assert model.card.parameters > one.card.parameters
    assert "where the first is in doubt" in (model.folder / "card.md").read_text()


def test_a_second_opinion_is_quantised_too(asked, two_folds, tmp_path):
    pytest.importorskip("nncf", reason="pip install -r requirements-quantise.txt")
    runs, _, flair = two_folds
    shutil.copytree(asked[1], tmp_path / "out")

    cost = quantise_folds(runs, tmp_path / "out", beside=flair)
    how = {"beside": flair[:1], "out_of_fold": tmp_path / "out", "int8": True}
    model = release(runs[0], "asks", tmp_path / "models", **how)

    assert model.card.quantised.moved == cost
    assert {"second_int8.xml", "second_int8.bin"} < set(model.card.files)


def test_nobody_is_asked_without_a_second_network_or_without_slices_to_ask_about(
    two_folds, tmp_path
):
    runs, _, flair = two_folds
    for how in ({"mirroring": Mirroring(0.0)}, {"beside": flair}):
        with pytest.raises(ValueError, match="second_opinion: expected beside and mirroring"):
            cross_validate(runs, tmp_path / "out", second_opinion=True, **how)


def test_a_network_that_saw_the_fold_does_not_judge_it(two_folds, tmp_path):
    runs, _, flair = two_folds

    with pytest.raises(SplitError, match="must not judge it"):
        cross_validate(runs, tmp_path / "out", beside=flair[:1])
    with pytest.raises(RunError, match="expected the split of fold-1"):
        release(runs[0], "both", tmp_path / "models", beside=flair[1:])
