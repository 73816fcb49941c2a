"""Images by class on the evaluation page, without a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import session
from seg_core.evaluation.grey_files import list_grey_files
from seg_core.evaluation.grey_finished import grey_folder_for_run
from seg_core.evaluation.grey_report import write_grey_report
from seg_core.jobs import LocalLauncher
from seg_core.settings import Settings
from tests.evaluation.made_grey import bright_subject, make_grey_set
from tests.models.released import make_released
from tests.pages.said import words

Open = Callable[..., AppTest]

VIEW = {session.EVALUATION_VIEW: "Images by class"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished evaluation with a file that could not be read."""
    data = make_grey_set(tmp_path_factory.mktemp("data") / "grey", 3)
    (data / "glioma" / "bad.jpg").write_bytes(b"\xff\xd8\xff broken")
    folder = tmp_path_factory.mktemp("made") / "out"
    write_grey_report(folder, list_grey_files([data]), bright_subject(), [data])
    return folder


@pytest.fixture
def finished(settings: Settings, made: Path) -> Path:
    return Path(shutil.copytree(made, grey_folder_for_run(settings, "run-1", [made])))


def at(section: str, **more: object) -> dict[str, object]:
    return {**VIEW, session.GREY_SECTION: section, **more}


def test_without_one_it_says_what_such_a_set_is(open_page: Open, settings: Settings) -> None:
    make_released(settings.shipped_models)

    said = words(open_page("evaluation", **VIEW))

    assert "No set of images by class was found" in said


def test_shares_are_shown_at_the_threshold_that_is_set(open_page: Open, finished: Path) -> None:
    app = open_page("evaluation", **at("Shares"))
    said = words(app).replace("\\", "")

    assert "Of 3 images of notumor (3 different pictures), where no tumour" in said
    assert "not calibrated" in said
    assert "| glioma | 3 | 3 | 100.0 % |" in said
    assert "| notumor | 3 | 1 | 33.3 % |" in said

    app.select_slider[0].set_value(0.01).run()
    assert "| notumor | 3 | 3 | 100.0 % |" in words(app).replace("\\", "")


def test_a_mask_of_few_pixels_can_be_left_out(open_page: Open, finished: Path) -> None:
    app = open_page("evaluation", **at("Shares", **{session.GREY_LEAST: 50}))

    assert "| glioma | 3 | 3 |" in words(app)


@pytest.mark.parametrize(
    ("section", "alt", "pictures"),
    [("Samples", "sample: ", 2), ("Gallery", "gallery: ", 6), ("False positives", "false p", 1)],
)
def test_pictures_are_within_the_page(
    open_page: Open, finished: Path, section: str, alt: str, pictures: int
) -> None:
    app = open_page("evaluation", **at(section))
    words(app)

    shown = [element.value for element in app.html]
    assert len(shown) == pictures
    assert all("data:image/png;base64," in one and f'alt="{alt}' in one for one in shown)


def test_images_are_listed_and_what_was_not_read_beneath(open_page: Open, finished: Path) -> None:
    app = open_page("evaluation", **at("Images"))
    assert "| notumor | 3 | 3 | 0 | 0 |" in words(app)

    (images,) = (element.value for element in app.dataframe)
    assert list(images["mask px"]) == sorted(images["mask px"], reverse=True)
    assert "| glioma/bad\\.jpg | " in words(app)


def test_the_page_and_both_tables_can_be_taken_home(open_page: Open, finished: Path) -> None:
    app = open_page("evaluation", **at("Shares"))

    names = [button.proto.label for button in app.get("download_button")]
    assert names == ["report.html", "images.csv", "shares.csv"]


def test_the_newest_is_shown_unless_another_was_chosen(
    open_page: Open, settings: Settings, finished: Path
) -> None:
    newer = Path(shutil.copytree(finished, grey_folder_for_run(settings, "run-2", [finished])))
    (newer / "grey.json").touch()

    assert open_page("evaluation", **at("Shares")).selectbox[0].value == str(newer)
    state = at("Shares", **{session.GREY_EVALUATED: str(finished)})
    assert open_page("evaluation", **state).selectbox[0].value == str(finished)


def test_a_damaged_one_is_named(open_page: Open, finished: Path) -> None:
    (finished / "grey.json").write_text("{")

    assert "Evaluate anew" in open_page("evaluation", **VIEW).error[0].value


def test_a_job_measures_what_was_chosen(
    open_page: Open, settings: Settings, launcher: LocalLauncher
) -> None:
    make_released(settings.shipped_models)
    data = make_grey_set(settings.data_roots[0] / "grey", 1)
    app = open_page("evaluation", **VIEW)

    next(button for button in app.button if button.label == "Measure").click().run()

    argv = next(job.argv for job in launcher.list_jobs() if "evaluate" in job.argv)
    assert argv[3:5] == ("evaluate", "paper-unet/1")
    assert argv[-3:] == ("--data", str(data), "--by-class")
    out = Path(argv[argv.index("--out") + 1])
    assert out.parent == settings.home / "evaluations" / "paper-unet" / "1"
    assert "waiting for cpu, held by busy" in words(app)
