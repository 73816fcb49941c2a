"""The evaluation page without a browser: what it shows, offers and starts."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.components import session
from pages.components.workspace import Workspace
from seg_core.evaluation.finished import evaluate_command, folder_for_run
from seg_core.evaluation.regions import read_regions
from seg_core.evaluation.stored import read_evaluation
from seg_core.jobs import LocalLauncher, Resources
from seg_core.jobs.job_folder import JobFolder, utc_now
from seg_core.models.card import Calibration
from seg_core.settings import Settings
from tests.evaluation.made_grey import make_grey_set
from tests.models.released import CARD, make_released
from tests.pages.evaluations import make_evaluation
from tests.pages.runs import make_run
from tests.pages.said import labels, words
from tests.pages.shelved import make_study, seated

Open = Callable[..., AppTest]

NEW = {session.EVALUATION_VIEW: "New evaluation"}
RUN = "20260101-000000-paper-aaaa"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An evaluation with everything; copied to where a test wants it."""
    return make_evaluation(tmp_path_factory.mktemp("made") / "test", subject=RUN)


@pytest.fixture
def of_run(settings: Settings, made: Path) -> Path:
    return Path(shutil.copytree(made, folder_for_run(settings, RUN, "test")))


@pytest.fixture
def data_set(settings: Settings, phantom_dir: Path) -> Path:
    return Path(shutil.copytree(phantom_dir, settings.data_roots[0] / "phantom"))


def ended_job(home: Path, out: Path, part: str, code: int, data: str = "somewhere") -> str:
    """Id of an evaluation's job that is over, as the launcher leaves it."""
    jobs = home / "jobs"
    job = JobFolder(jobs / f"job-{len(list(jobs.glob('*')))}")
    job.path.mkdir(parents=True)
    asked = {
        "argv": evaluate_command(RUN, [Path(data)], out, part=part),
        "device": "cpu",
        "label": f"evaluate {RUN}",
        "submitted": utc_now(),
        "host": "here",
    }
    (job.path / "job.json").write_text(json.dumps(asked))
    job.set_exit(code)
    return job.id


def at(section: str) -> dict[str, object]:
    return {session.EVALUATION_SECTION: section}


def test_without_an_evaluation_it_says_how_to_make_one(open_page: Open) -> None:
    assert "Nothing was evaluated yet" in words(open_page("evaluation"))


def test_the_papers_table_stands_beside_the_papers_values(open_page: Open, of_run: Path) -> None:
    said = words(open_page("evaluation")).replace("\\", "")

    assert "| measured on | test, split by patient |  | random slice split |" in said
    assert re.search(r"\| F1 over all pixels \| 0\.\d{4} \| – \| 0\.8498 \|", said)
    assert re.search(r"\| Recall over all pixels \| 0\.\d{4} \| – \| – \|", said)
    assert "right empties" in said
    assert "best epoch, 3 of 9" in said


def test_patients_shown_before_anybody_sat_down_can_only_be_read_concurrently(
    open_page: Open, workspace: Workspace, of_run: Path
) -> None:
    open_page("evaluation", **seated(workspace, ""))
    name = read_evaluation(of_run).patients[0].patient
    ids = [workspace.shelf.add(make_study(one)) for one in (name, "somebody else")]

    seat = workspace.room.sit("a browser", "Ada")

    modes = [read.mode for study_id in ids if (read := workspace.room.open(seat, study_id))]
    assert modes == ["concurrent", "first"]


def test_slices_are_judged_as_a_detector_and_by_their_confidence(
    open_page: Open, of_run: Path
) -> None:
    said = words(open_page("evaluation", **at("Slices"))).replace("\\", "")

    assert "ROC of slices: AUROC" in said
    assert "| 0.95 |" in said
    assert "| 0.9 to 1.0 |" in said
    assert "Not calibrated" in said


def test_lesions_found_stand_beside_false_findings_and_their_patients(
    open_page: Open, of_run: Path
) -> None:
    said = words(open_page("evaluation", **at("Findings"))).replace("\\", "")

    assert "FROC: lesions found over false findings" in said
    assert "| at most 0.25 |" in said
    assert "With every finding kept, as the list in the app does" in said
    regions = read_regions(of_run) or {}
    for patient, some in regions.items():
        false = sum(one.kind == "finding" and not one.matched for one in some)
        assert false
        assert f"| {patient} | 1 |" in said


def test_of_an_evaluation_from_before_they_were_counted_lesions_are_not_shown(
    open_page: Open, of_run: Path
) -> None:
    (of_run / "regions.csv").unlink()

    assert "were not counted when this was measured" in words(
        open_page("evaluation", **at("Findings"))
    )


def test_groups_are_shown_for_what_is_known(open_page: Open, of_run: Path) -> None:
    said = words(open_page("evaluation", **at("Groups")))

    assert "By institution" in said
    assert "By channels" in said
    assert "By histological type" not in said  # no data.csv
    assert "By size of the lesion" in said


def test_pictures_of_wrong_slices_are_within_the_page(open_page: Open, of_run: Path) -> None:
    state = {**at("Pictures"), session.EVALUATION_PICTURES: "false alarm"}
    app = open_page("evaluation", **state)
    words(app)

    shown = [element.value for element in app.html]
    assert shown
    assert all("data:image/png;base64," in one and 'alt="false alarm: ' in one for one in shown)


def test_a_models_own_evaluation_is_shown_with_its_cards_calibration(
    open_page: Open, settings: Settings
) -> None:
    fit = Calibration(
        method="logistic", slope=1.0, intercept=0.0, split="validation", patients=2, slices=10,
        source="evaluation/validation",
    )  # fmt: skip
    model = make_released(settings.models, confidence=fit)
    make_evaluation(model.folder / "evaluation" / "test", subject="run-1", full=False)

    app = open_page("evaluation", **at("Slices"))
    assert app.selectbox[0].options == ["paper-unet/1 · test · 2 patients"]
    said = words(app).replace("\\", "")
    assert "Not calibrated" not in said
    assert "#### paper-unet/1: test\n" in said
    assert "Read by run-1\n" in said

    app = open_page("evaluation", **at("Pictures"))
    assert "No pictures were kept with this evaluation" in words(app)


def test_downloads_bear_the_hash_of_their_content(
    open_page: Open, of_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: dict[str, bytes] = {}
    real = st.download_button

    def note(label: str, *, data: bytes, file_name: str, **more: Any) -> bool:
        offered[file_name] = data
        return real(label, data=data, file_name=file_name, **more)

    monkeypatch.setattr(st, "download_button", note)
    app = open_page("evaluation")

    names = [button.proto.label for button in app.get("download_button")]
    assert names[:3] == ["report.html", "figures.csv", "patients.csv"]
    assert {"slices.csv", "thresholds.csv"} <= set(names)
    assert "groups.csv" in names
    assert len(offered) == len(names)
    for name, content in offered.items():
        assert hashlib.sha256(content).hexdigest()[:12] in name


@pytest.mark.parametrize("view", ["Finished", "New evaluation"])
def test_what_has_just_ended_well_is_said_once_and_shown(
    open_page: Open, settings: Settings, of_run: Path, view: str
) -> None:
    newer = Path(shutil.copytree(of_run, folder_for_run(settings, RUN, "validation")))
    job = ended_job(settings.home, newer, "validation", 0)
    state = {session.EVALUATED: str(of_run), session.EVALUATION_VIEW: view}

    app = open_page("evaluation", **state, **{session.EVALUATIONS_WATCHED: frozenset({job})})

    assert "was measured. It is shown below." in app.success[0].value
    assert app.selectbox[0].value == str(newer)
    assert not app.run().success


def test_what_has_just_ended_badly_is_not_called_measured(
    open_page: Open, settings: Settings, of_run: Path
) -> None:
    job = ended_job(settings.home, of_run, "test", 1)
    state = {session.EVALUATION_VIEW: "New evaluation"}

    app = open_page("evaluation", **state, **{session.EVALUATIONS_WATCHED: frozenset({job})})

    assert not app.success
    assert app.session_state[session.EVALUATION_VIEW] == "New evaluation"
    assert f"evaluate {RUN}: failed" in app.expander[0].label.replace("\\", "")


def test_a_failure_is_put_away_for_good(open_page: Open, settings: Settings, of_run: Path) -> None:
    for _ in range(2):
        ended_job(settings.home, of_run, "test", 1)

    app = open_page("evaluation")
    next(button for button in app.button if button.label == "Put away").click().run()

    assert "Put away" not in labels(app)
    assert LocalLauncher(settings.home).list_jobs() == []


def test_a_later_success_on_the_same_part_clears_a_failure(
    open_page: Open, settings: Settings, of_run: Path
) -> None:
    ended_job(settings.home, of_run, "test", 1)
    ended_job(settings.home, of_run, "validation", 0)
    assert "Put away" in labels(open_page("evaluation"))

    ended_job(settings.home, of_run, "test", 0, data="elsewhere")

    assert "Put away" not in labels(open_page("evaluation"))


def test_a_damaged_evaluation_is_named_and_the_others_stay(
    open_page: Open, settings: Settings, of_run: Path
) -> None:
    damaged = folder_for_run(settings, RUN, "validation")
    damaged.mkdir(parents=True)
    (damaged / "figures.json").write_text("{")

    app = open_page("evaluation")

    assert "Evaluate anew" in app.error[0].value
    assert app.selectbox[0].options == [f"{RUN} · test · 2 patients"]


def test_a_run_is_evaluated_by_a_job_into_its_own_folder(
    open_page: Open, settings: Settings, data_set: Path, launcher: LocalLauncher
) -> None:
    make_run(settings.runs, RUN, 2, data=data_set)
    app = open_page("evaluation", **NEW)

    next(b for b in app.button if b.label == "Evaluate").click().run()

    job = next(job for job in launcher.list_jobs() if "evaluate" in job.argv)
    out = folder_for_run(settings, RUN, "test")
    assert job.argv[1:] == (
        "-m", "seg_core", "evaluate", RUN, "--out", str(out), "--data", str(data_set),
        "--part", "test",
    )  # fmt: skip
    assert "waiting for cpu, held by busy" in words(app)


def test_a_models_evaluation_goes_to_the_workspace_and_not_to_the_model(
    open_page: Open, settings: Settings, data_set: Path, launcher: LocalLauncher
) -> None:
    make_released(settings.shipped_models)
    app = open_page("evaluation", **NEW)
    app.checkbox[0].check().run()

    next(b for b in app.button if b.label == "Evaluate").click().run()

    argv = next(job.argv for job in launcher.list_jobs() if "evaluate" in job.argv)
    out = Path(argv[argv.index("--out") + 1])
    assert out.parent == settings.home / "evaluations" / "paper-unet" / "1"
    assert re.fullmatch(r"phantom-[0-9a-f]{4}-seen-too", out.name)
    assert argv[-1] == "--seen-too"


def test_a_model_is_not_measured_where_nobody_is_new_to_it_unless_asked(
    open_page: Open, settings: Settings, data_set: Path
) -> None:
    names = {path.name for path in data_set.iterdir() if path.is_dir()}
    data = CARD["data"] | {"seen": sorted(names)}
    make_released(settings.shipped_models, data=data)

    app = open_page("evaluation", **NEW)
    (start,) = [button for button in app.button if button.label == "Evaluate"]
    assert start.disabled
    assert f"looked at every patient here ({len(names)})" in words(app)

    app.checkbox[0].check().run()
    (start,) = [button for button in app.button if button.label == "Evaluate"]
    assert not start.disabled


def test_the_form_says_that_names_alone_were_compared(
    open_page: Open, settings: Settings, data_set: Path
) -> None:
    first, *others = sorted(path.name for path in data_set.iterdir() if path.is_dir())
    make_released(settings.shipped_models, data=CARD["data"] | {"seen": [first]})

    said = words(open_page("evaluation", **NEW))

    assert f"By name {len(others)} of {len(others) + 1} patients are new to this model" in said
    assert "its card cannot tell copies under other names" in said


def test_an_evaluation_that_failed_shows_its_last_words(
    open_page: Open, settings: Settings, workspace: object
) -> None:
    launcher = LocalLauncher(settings.home)
    command = [sys.executable, "-m", "seg_core", "evaluate", "no-such", "--data", ".", "--out", "x"]
    job = launcher.submit(command, Resources("cpu", "evaluate no-such"))
    while not launcher.status(job).over:
        time.sleep(0.1)

    app = open_page("evaluation")

    assert "found no such model" in app.code[0].value


@pytest.mark.parametrize("view", ["New evaluation", "Threshold tuning", "Images by class"])
def test_the_model_that_reads_by_default_is_offered_first(
    open_page: Open, settings: Settings, data_set: Path, view: str
) -> None:
    make_grey_set(settings.data_roots[0] / "grey", 1)
    for name in ("paper-unet", "second-reader", "second-reader-flair"):
        make_released(settings.models, name=name)

    box = open_page("evaluation", **{session.EVALUATION_VIEW: view}).selectbox[0]

    assert box.value == "second-reader/1"
    assert box.options == ["second-reader/1", "second-reader-flair/1", "paper-unet/1"]
