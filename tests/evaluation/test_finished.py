"""Which evaluations there are, and in what order they are offered."""

import os
from pathlib import Path

from seg_core.evaluation.finished import folder_for_run, list_finished
from seg_core.evaluation.report import evaluate_patients, write_evaluation
from seg_core.settings import Settings

from .test_figures import BAD, GOOD


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
