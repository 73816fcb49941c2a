import dataclasses
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import session
from pages.components.workspace import Workspace
from seg_core.settings import Settings
from seg_core.study import Skipped
from tests.models.released import MEASURED, make_released
from tests.pages.runs import make_run
from tests.pages.said import labels, words
from tests.pages.shelved import make_reading, make_study, seated, shelve

Open = Callable[..., AppTest]


def test_an_empty_home_says_what_to_do_first(open_page: Open) -> None:
    app = open_page("home")

    assert "The shelf is empty" in words(app)
    assert labels(app) == ["Open the demo study", "Open your own study", "Train a network"]
    assert "No model is installed" in words(app)
    assert "No network has been trained here yet." in words(app)


def test_home_says_where_the_data_lies(open_page: Open, settings: Settings) -> None:
    said = words(open_page("home"))

    assert str(settings.home) in said
    assert str(settings.data_roots[0]) in said


def test_recent_studies_show_their_highest_confidence_and_flagged_ranges(
    open_page: Open, workspace: Workspace
) -> None:
    shelve(workspace, {6: 0.985, 7: 0.991, 8: 0.98, 12: 0.99})

    app = open_page("home", **seated(workspace, "", "concurrent"))

    assert [label for label in labels(app) if "Open" not in label] == [r"TCGA\_A", "Triage"]
    assert "0.991" in words(app)
    assert "**6-8, 12**" in words(app)
    assert r"paper\-unet/1" in words(app)


def test_a_study_below_the_threshold_is_not_called_normal(
    open_page: Open, workspace: Workspace
) -> None:
    shelve(workspace, {6: 0.7})

    said = words(open_page("home", **seated(workspace, "", "concurrent")))

    assert "none reaches 0.98" in said
    assert "normal" not in said.lower()


def test_raw_scores_are_not_listed_as_flagged(open_page: Open, workspace: Workspace) -> None:
    shelve(workspace, {6: 0.999}, calibrated=False)

    said = words(open_page("home", **seated(workspace, "", "concurrent")))

    assert "not calibrated" in said
    assert "**6**" not in said


def test_a_study_that_no_model_has_read_says_so(open_page: Open, workspace: Workspace) -> None:
    shelve(workspace, None)

    assert "not read yet" in words(open_page("home"))


def test_ten_studies_are_listed_at_first_and_more_on_request(
    open_page: Open, workspace: Workspace
) -> None:
    for i in range(13):
        workspace.shelf.add(make_study(f"P{i}", slices=1))
    app = open_page("home")
    assert labels(app).count("Triage") == 10

    next(button for button in app.button if button.label == "Show more").click().run()

    assert labels(app).count("Triage") == 13
    assert "Show more" not in labels(app)


def test_a_study_is_found_by_its_name(open_page: Open, workspace: Workspace) -> None:
    for name in ("TCGA_DU", "TCGA_HT"):
        workspace.shelf.add(make_study(name, slices=1))

    app = open_page("home")
    app.text_input[0].set_value("ht").run()

    assert r"TCGA\_HT" in labels(app)
    assert r"TCGA\_DU" not in labels(app)


def test_files_that_could_not_be_read_show_in_the_number_of_slices(
    open_page: Open, workspace: Workspace
) -> None:
    study = make_study(slices=3)
    workspace.shelf.add(dataclasses.replace(study, skipped=(Skipped("a_4.tif", "empty"),)))

    assert "3 of 4" in words(open_page("home"))


def test_a_refused_mask_is_no_slice_that_could_not_be_read(
    open_page: Open, workspace: Workspace
) -> None:
    lost = (Skipped("a_3_mask.tif", "another size"), Skipped("a_4.tif", "empty"))
    workspace.shelf.add(dataclasses.replace(make_study(slices=3), skipped=lost))

    said = words(open_page("home"))

    assert "3 of 4" in said
    assert "1 study," in said


def test_a_name_from_a_file_is_never_markup(open_page: Open, workspace: Workspace) -> None:
    workspace.shelf.add(make_study("**bold** :red[x] <b>", slices=1))

    assert r"\*\*bold\*\* \:red\[x\] \<b\>" in labels(open_page("home"))


def test_an_installed_model_shows_its_most_telling_figure_with_its_interval(
    open_page: Open, settings: Settings
) -> None:
    entropy = MEASURED.model_copy(update={"name": "BCE a pixel"})
    make_released(settings.models, measured=(entropy, MEASURED))

    said = words(open_page("home"))

    assert "**paper-unet/1**" in said
    assert "F1 0.800 (95 % 0.700 to 0.900)  \ntest, 1 patient" in said


def test_the_model_that_reads_by_default_stands_first(open_page: Open, settings: Settings) -> None:
    for name in ("paper-unet", "second-reader"):
        make_released(settings.models, name=name)

    said = words(open_page("home"))

    assert said.index("**second-reader/1**") < said.index("**paper-unet/1**")


def test_a_run_shows_how_it_stands(open_page: Open, settings: Settings) -> None:
    _write_run(settings.runs / "20260101-000000-paper-0000")

    said = words(open_page("home"))

    assert "20260101-000000-paper-0000" in said
    assert "finished" in said


def test_each_figure_of_a_run_says_whose_it_is(open_page: Open, settings: Settings) -> None:
    make_run(settings.runs, "20260101-000000-paper-0000", 7, best=5)

    said = words(open_page("home"))

    assert (
        "Last whole epoch 7 of 9: training loss **0.700**, validation soft Dice **0.700**; "
        "best validation soft Dice **0.500** at epoch 5"
    ) in said


def test_the_column_of_models_says_so(open_page: Open, workspace: Workspace) -> None:
    shelve(workspace, {6: 0.99})

    heads = [caption.value for caption in open_page("home").caption]

    assert "Model" in heads
    assert "Read by" not in heads


def test_a_damaged_run_does_not_take_home_down(open_page: Open, settings: Settings) -> None:
    folder = settings.runs / "broken"
    folder.mkdir(parents=True)
    (folder / "recipe.json").write_text("{")

    assert "broken: its folder cannot be read" in words(open_page("home"))


def test_a_workspace_removed_under_the_running_app_is_said_and_begins_anew(
    open_page: Open, workspace: Workspace, settings: Settings
) -> None:
    shelve(workspace, {6: 0.99})
    assert "TCGA" in "".join(labels(open_page("home")))
    shutil.rmtree(settings.home)

    app = open_page("home")

    assert "was removed while the app was running" in app.warning[0].value
    assert "The shelf is empty" in words(app)
    assert "was removed" not in words(app.run())


def test_the_newest_reading_counts(open_page: Open, workspace: Workspace) -> None:
    study_id = shelve(workspace, {6: 0.99})
    workspace.shelf.save_reading(study_id, make_reading({9: 0.999}))

    assert "**9**" in words(open_page("home", **seated(workspace, "", "concurrent")))


@pytest.mark.parametrize("name", ["", "Ada"])
def test_findings_are_not_listed_before_somebody_opened_or_read_the_study(
    open_page: Open, workspace: Workspace, name: str
) -> None:
    shelve(workspace, {9: 0.991})

    app = open_page("home", **seated(workspace, name))

    assert "0.991" not in words(app)
    assert "**9**" not in words(app)
    assert "read by a model" in words(app)
    assert not any("confidence of each slice" in element.value for element in app.html)


def test_a_study_that_was_looked_at_is_listed_with_its_findings(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {9: 0.991})
    state = seated(workspace, "")
    open_page("triage", **state, **{session.STUDY: study_id})

    assert "0.991" in words(open_page("home", **state))


def _write_run(folder: Path) -> None:
    from seg_core.training.recipe import recipe_named

    folder.mkdir(parents=True)
    (folder / "recipe.json").write_text(recipe_named("paper").model_dump_json())
    now = datetime.now(UTC) - timedelta(minutes=5)
    lines = [
        '{"kind":"step","epoch":2,"step":10,"steps":10,"loss":0.125,"time":"T"}',
        '{"kind":"epoch","epoch":2,"validation":{"dice":0.5},"best_epoch":2,"time":"T"}',
        '{"kind":"state","state":"finished","reason":"early stopping","time":"T"}',
    ]
    text = "\n".join(lines).replace('"T"', f'"{now.isoformat()}"')
    (folder / "events.jsonl").write_text(text + "\n")
