"""Which evaluations there are, and in what order they are offered."""

import os
import shutil
from pathlib import Path

from seg_core.evaluation.finished import folder_for_run, list_finished
from seg_core.evaluation.report import evaluate_patients, write_evaluation
from seg_core.settings import Settings
from tests.models.released import make_released

from .test_figures import BAD, GOOD
from .test_tuning import FOUR, evaluation_of


def evaluated(settings: Settings, run: str, part: str, made: float) -> None:
    """An evaluation of one part of a run, made at `made` seconds."""
    folder = folder_for_run(settings, run, part)
    evaluation = evaluate_patients(
        [GOOD, BAD], subject=run, part=part, split_kind="patient",
        split_fingerprint="0123", threshold=0.5,
    )  # fmt: skip
    write_evaluation(folder, evaluation, [GOOD, BAD])
    os.utime(folder / "figures.json", (made, made))


def test_the_newest_run_comes_first_and_its_test_patients_before_its_validation(
    settings: Settings,
) -> None:
    evaluated(settings, "old", "test", made=1_000)
    evaluated(settings, "new", "test", made=2_000)
    evaluated(settings, "new", "validation", made=3_000)

    found, refused = list_finished(settings)

    assert [(one.subject, one.name) for one in found] == [
        ("new", "test"), ("new", "validation"), ("old", "test"),
    ]  # fmt: skip
    assert refused == []


def test_a_damaged_evaluation_is_named_and_the_others_are_listed(settings: Settings) -> None:
    evaluated(settings, "good", "test", made=1_000)
    damaged = folder_for_run(settings, "bad", "test")
    damaged.mkdir(parents=True)
    (damaged / "figures.json").write_text("{")

    found, refused = list_finished(settings)

    assert [one.subject for one in found] == ["good"]
    assert [Path(one.file) for one in refused] == [damaged]


def test_copies_that_later_versions_of_a_model_carry_are_listed_once(settings: Settings) -> None:
    first, second = (make_released(settings.models, version=version) for version in ("1", "2"))
    write_evaluation(first.folder / "evaluation" / "test", evaluation_of("test"), FOUR)
    elsewhere = settings.home / "evaluations" / "paper-unet" / "1" / "lgg-0123-validation"
    write_evaluation(elsewhere, evaluation_of("validation"), FOUR)
    for name, source in (("test", first.folder / "evaluation" / "test"), ("tuning", elsewhere)):
        shutil.copytree(source, second.folder / "evaluation" / name)

    found, _ = list_finished(settings)

    assert {(one.subject, one.name) for one in found} == {
        ("paper-unet/1", "test"), ("paper-unet/1", "lgg-0123-validation"),
    }  # fmt: skip
