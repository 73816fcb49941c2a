"""Threshold tuning on the evaluation page without a browser: what it shows, counts and saves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from pages.components import session
from pages.components.evaluation.under_way import ended_badly
from seg_core.evaluation.finished import folder_for_run
from seg_core.evaluation.progress import Step, in_folder
from seg_core.jobs import JobStatus, LocalLauncher
from seg_core.models.registry import find_model, list_models
from seg_core.settings import Settings
from tests.models.released import make_released
from tests.pages.runs import make_run
from tests.pages.said import labels, words
from tests.pages.tuned import FIT, count_validation, make_tunable

Open = Callable[..., AppTest]

TUNING = {session.EVALUATION_VIEW: "Threshold tuning"}
RUN = "20260101-000000-paper-aaaa"


def told(app: AppTest) -> dict[str, Any]:
    """What the browser part was given."""
    (component,) = app.get("bidi_component")
    return json.loads(component.proto.json)


def choosing(pixel: float, confidence: float) -> dict[str, Any]:
    """The state once the browser part has sent a choice."""
    return TUNING | {session.OPERATING_POINT: ("paper-unet/1", pixel, confidence)}


def test_without_anything_to_tune_it_says_so(open_page: Open) -> None:
    assert "There is nothing to tune" in words(open_page("evaluation", **TUNING))


def test_the_browser_gets_every_threshold_once_and_starts_from_the_card(
    open_page: Open, settings: Settings
) -> None:
    make_tunable(settings.models, pixel_threshold=0.37, confidence_threshold=0.9)

    app = open_page("evaluation", **TUNING)

    said, data = words(app), told(app)
    assert "4 validation patients, 4 slices" in said
    assert "on others expect worse" in said
    pixels, slices = data["axes"]
    assert [pixels["own_label"], slices["own_label"]] == ["card 0.37", "card 0.9"]
    assert data["thresholds"][pixels["start"]] == 0.37
    f1 = next(curve for curve in pixels["curves"] if curve["name"] == "F1 over all pixels")
    assert f1["value"][data["thresholds"].index(0.5)] == round(2 * 3 / (6 + 5), 6)
    assert {len(curve["value"]) for curve in pixels["curves"]} == {144}
    assert data["button"]


def test_a_choice_is_saved_with_its_author_as_the_next_version(
    open_page: Open, settings: Settings
) -> None:
    make_tunable(settings.models)

    app = open_page("evaluation", **choosing(0.5, 0.6))
    assert "| Pixel threshold | 0\\.5 | 0\\.5 |" in words(app)
    app.text_input[0].set_value("Ada").run()
    app.text_area[0].set_value("for the trial").run()
    next(button for button in app.button if button.label == "Save").click().run()

    assert "Saved as paper-unet/2" in app.success[0].value.replace("\\", "")
    card = find_model(settings, "paper-unet").card
    assert (card.version, card.pixel_threshold, card.confidence_threshold) == ("2", 0.5, 0.6)
    assert (card.operating_point.author, card.operating_point.note) == ("Ada", "for the trial")
    assert told(app)["revision"].startswith("paper-unet/2 ")
    assert "by Ada (typed, not authenticated)" in words(app).replace("\\", "")

    said = words(open_page("models")).replace("\\", "")
    assert "##### Operating point" in said
    assert "> for the trial" in said


def test_a_choice_without_a_name_saves_nothing(open_page: Open, settings: Settings) -> None:
    make_tunable(settings.models)
    app = open_page("evaluation", **choosing(0.5, 0.6))

    next(button for button in app.button if button.label == "Save").click().run()

    assert "expected your name" in app.error[0].value
    assert len(list_models(settings)) == 1


def test_a_run_must_be_released_before_its_thresholds_are_saved(
    open_page: Open, settings: Settings
) -> None:
    make_run(settings.runs, RUN, 2)
    count_validation(folder_for_run(settings, RUN, "validation"))
    damaged = make_run(settings.runs, "20260102-000000-paper-bbbb", 2)
    (damaged.path / "split.json").write_text("{")  # it must not close the page to the others

    app = open_page("evaluation", **TUNING)

    assert told(app)["button"] == ""
    slices = told(app)["axes"][1]
    assert (slices["threshold"], slices["own"], slices["own_label"]) == ("raw score", None, "")
    assert f"python -m seg_core release {RUN} --name NAME" in words(app)

    make_released(settings.models, confidence=FIT, training={"run": RUN, "recipe": {}, "epochs": 2,
                                                             "best_epoch": 1})  # fmt: skip
    app = open_page("evaluation", **TUNING, **{session.TUNED: RUN})
    assert "released as paper" in words(app).replace("\\", "")


def test_validation_patients_are_counted_by_a_job_and_those_that_judge_never(
    open_page: Open, settings: Settings, phantom_dir: Path, launcher: LocalLauncher
) -> None:
    shutil.copytree(phantom_dir, settings.data_roots[0] / "phantom")
    model = make_tunable(settings.models)
    (model.folder / "evaluation" / "validation" / "thresholds.csv").unlink()
    count_validation(model.folder / "evaluation" / "test")  # whatever its name says
    figures = model.folder / "evaluation" / "test" / "figures.json"
    figures.write_text(figures.read_text().replace('"validation"', '"test"'))

    app = open_page("evaluation", **TUNING)

    assert [axis["name"] for axis in told(app)["axes"]] == ["slices"]
    assert "before pixels were counted at every threshold" in words(app)
    next(b for b in app.button if b.label == "Count on validation patients").click().run()
    argv = next(job.argv for job in launcher.list_jobs() if "evaluate" in job.argv)
    assert argv[-2:] == ("--part", "validation")
    assert Path(argv[argv.index("--out") + 1]).name.endswith("-validation")
    assert "Count on validation patients" not in labels(app)


def test_a_job_under_way_shows_the_patients_done_of_all(tmp_path: Path) -> None:
    def page(argv: tuple[str, ...]) -> None:
        from pages.components.evaluation.under_way import draw_standing
        from seg_core.jobs import JobStatus

        draw_standing(JobStatus("1", "running", "evaluate it", "cpu", argv, ""), None)

    argv = ("python", "-m", "seg_core", "evaluate", "it", "--out", str(tmp_path))
    with in_folder(tmp_path) as on_step:
        on_step(Step("measuring", 3, 12))
        bar = AppTest.from_function(page, args=(argv,)).run().get("progress")[0].proto

    assert bar.text.replace("\\", "") == "evaluate it: measuring: 3 of 12 patients"
    assert bar.value == 25


def test_an_evaluation_that_left_inputs_out_did_not_fail() -> None:
    left_out = JobStatus("1", "failed", "", "cpu", (), "", exit_code=3)

    assert not ended_badly(left_out)
    assert ended_badly(replace(left_out, exit_code=1))
