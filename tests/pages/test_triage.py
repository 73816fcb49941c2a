import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import seg_core.inference
from pages.components import session
from pages.components.workspace import Workspace
from seg_core.errors import EngineError
from seg_core.inference import FakeEngine
from seg_core.models.card import Cost, Rate
from seg_core.settings import Settings
from seg_core.study import Skipped
from tests.models.released import make_released
from tests.pages.said import labels, words
from tests.pages.shelved import make_reading, make_study, shelve
from tests.pages.tuned import FIT
from tests.triage.looks import phantom_looks

Open = Callable[..., AppTest]

COST = Cost(
    confidence_threshold=0.98,
    missed=Rate(value=0.125, low=0.05, high=0.2),
    empty=Rate(value=0.02),
    tumour_slices=80,
    flagged_slices=50,
    split="validation",
    source="runs/run-1/evaluation",
)


def triage(open_page: Open, workspace: Workspace) -> AppTest:
    """The page of the study that arrived last."""
    return open_page("triage", **{session.STUDY: workspace.shelf.recent(1)[0].id})


def test_without_a_study_it_says_where_to_open_one(open_page: Open) -> None:
    assert "No study has been opened yet" in words(open_page("triage"))


def test_no_study_is_opened_unasked(open_page: Open, workspace: Workspace) -> None:
    study_id = shelve(workspace, {6: 0.99})

    app = open_page("triage")

    assert app.selectbox[0].value is None
    assert not app.dataframe
    ada = workspace.room.sit("a browser", "Ada")
    assert not workspace.room.may_see(ada, study_id)


def test_without_a_model_it_says_how_to_get_one(open_page: Open, workspace: Workspace) -> None:
    shelve(workspace, None)

    said = words(triage(open_page, workspace))

    assert "No model is installed" in said
    assert "python -m seg_core release" in said


def test_flagged_slices_are_listed_as_ranges(open_page: Open, workspace: Workspace) -> None:
    shelve(workspace, {6: 0.98, 7: 0.991, 8: 0.985, 12: 0.99, 13: 0.9799})

    said = words(triage(open_page, workspace))

    assert "Flagged: 6-8, 12" in said
    assert "4 of 20 slices at or above 0.98" in said
    assert "The others are not cleared" in said


def test_the_threshold_moves_what_is_flagged(open_page: Open, workspace: Workspace) -> None:
    shelve(workspace, {6: 0.95, 7: 0.985})
    app = triage(open_page, workspace)

    app.select_slider[0].set_value(0.95).run()

    assert "Flagged: 6-7" in words(app)


def test_below_the_threshold_it_says_to_read_on_and_never_that_all_is_well(
    open_page: Open, workspace: Workspace
) -> None:
    shelve(workspace, {6: 0.7, 12: 0.8})

    said = words(triage(open_page, workspace))

    assert "No slice reaches 0.98" in said
    assert "That clears nothing: read on, most suspicious first: 12 (0.800), 6 (0.700)" in said
    assert not {"normal", "healthy", "no tumour"} & set(said.lower().split())


def test_a_study_unlike_the_training_data_is_called_so_and_nothing_is_flagged(
    open_page: Open, workspace: Workspace, settings: Settings
) -> None:
    make_released(settings.models, usual=phantom_looks())
    shelve(workspace, {6: 0.999}, calibrated=False)  # of noise

    said = words(triage(open_page, workspace))

    assert "**Unlike the training data:** " in said
    assert "in training" in said
    assert "Nothing is flagged: not calibrated" in said


def test_raw_scores_flag_nothing_and_the_reason_is_said(
    open_page: Open, workspace: Workspace, settings: Settings
) -> None:
    make_released(settings.models)  # its card has no calibration
    shelve(workspace, {6: 0.999}, calibrated=False)

    said = words(triage(open_page, workspace))

    assert "Nothing is flagged: not calibrated" in said
    assert "most suspicious first: 6 (0.999)" in said
    assert r"paper\-unet/1 has no calibration" in said
    assert "Flagged:" not in said


def test_the_page_names_the_model_and_the_engine_that_read(
    open_page: Open, workspace: Workspace
) -> None:
    shelve(workspace, {6: 0.99})

    assert r"Read by paper\-unet/1, openvino f32 on CPU" in words(triage(open_page, workspace))


def test_the_costs_of_the_threshold_stand_beside_it(
    open_page: Open, workspace: Workspace, settings: Settings
) -> None:
    make_released(settings.models, costs=(COST,), confidence=FIT)
    shelve(workspace, {6: 0.99})

    said = words(triage(open_page, workspace))

    assert "Measured at 0.98 on validation patients" in said
    assert "all had a lower-grade glioma" in said
    assert "Tumour slices missed: **12.5 of 100 (5.0 to 20.0)**" in said
    assert "Flagged slices without outlined tumour: **2.0 of 100**" in said


@pytest.mark.parametrize("confident", [{}, {6: 0.99}])
def test_the_measured_miss_rate_stands_beside_the_headline(
    open_page: Open, workspace: Workspace, settings: Settings, confident: dict[int, float]
) -> None:
    make_released(settings.models, costs=(COST,))
    shelve(workspace, confident)

    assert (
        "At 0.98 this model missed **12.5 of 100 tumour slices (5.0 to 20.0)** "
        "on validation patients." in words(triage(open_page, workspace))
    )


def test_raw_scores_have_no_miss_rate(
    open_page: Open, workspace: Workspace, settings: Settings
) -> None:
    make_released(settings.models, costs=(COST,))
    shelve(workspace, {6: 0.99}, calibrated=False)

    assert "this model missed" not in words(triage(open_page, workspace))


def test_costs_that_were_not_measured_are_not_shown(open_page: Open, workspace: Workspace) -> None:
    shelve(workspace, {6: 0.99})

    assert "What this threshold costs was not measured" in words(triage(open_page, workspace))


def test_pictures_come_most_suspicious_first(open_page: Open, workspace: Workspace) -> None:
    shelve(workspace, {6: 0.5, 7: 0.99, 8: 0.7})

    app = triage(open_page, workspace)

    assert labels(app)[:4] == ["**7** · 0.990", "**8** · 0.700", "**6** · 0.500", "**1** · 0.010"]
    assert sum("data:image/webp" in element.value for element in app.html) == 12


def test_the_table_lists_every_slice_most_suspicious_first(
    open_page: Open, workspace: Workspace
) -> None:
    shelve(workspace, {6: 0.5, 7: 0.99})

    table = triage(open_page, workspace).dataframe[-1].value

    assert table["slice"].tolist() == [7, 6, *range(1, 6), *range(8, 21)]
    assert table["flagged"].tolist() == [True] + [False] * 19
    assert table["area_px"].tolist()[:2] == [64, 64]
    assert "area_mm2" not in table  # the spacing is unknown
    assert "dice" not in table


def test_findings_are_listed_with_where_they_are_largest(
    open_page: Open, workspace: Workspace
) -> None:
    shelve(workspace, {6: 0.5, 7: 0.99})
    app = triage(open_page, workspace)

    table = app.dataframe[0].value

    assert "**1 finding** in the mask at 0.5" in words(app)
    assert table["slices"].tolist() == ["6-8"]
    assert (table["slice"].tolist(), table["confidence"].tolist()) == ([6], [0.99])
    assert (table["area"].tolist(), table["total"].tolist()) == (["64 px"], ["192 px"])


def test_the_truth_is_shown_only_when_asked_for(open_page: Open, workspace: Workspace) -> None:
    shelve(workspace, {6: 0.5})
    app = triage(open_page, workspace)
    assert "the truth in blue" not in words(app)

    app.toggle[0].set_value(True).run()

    assert "the truth in blue" in words(app)
    assert app.dataframe[-1].value["dice"].tolist()[0] == 1.0


def test_a_study_without_truth_offers_none(open_page: Open, workspace: Workspace) -> None:
    workspace.shelf.add(make_study(truth=False))

    assert not triage(open_page, workspace).toggle


def test_the_open_study_is_the_one_shown(open_page: Open, workspace: Workspace) -> None:
    first = shelve(workspace, {6: 0.99})
    workspace.shelf.add(make_study("TCGA_B"))

    app = open_page("triage", **{session.STUDY: first})

    assert "Flagged: 6" in words(app)


def test_a_study_that_is_not_on_the_shelf_is_an_error_and_no_other_is_shown_for_it(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})

    app = open_page("triage", **{session.STUDY: "zzz"})

    assert "expected it on the shelf" in app.error[0].value
    assert "Flagged" not in words(app)
    assert app.selectbox[0].value is None

    app.selectbox[0].select(study_id).run()

    assert "Flagged: 6" in words(app)
    assert not app.error


def test_a_study_that_nothing_has_read_is_read_at_once_and_kept(
    open_page: Open, workspace: Workspace, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seg_core.inference, "make_engine", lambda name: FakeEngine())
    make_released(settings.models)
    study_id = shelve(workspace, None)

    said = words(triage(open_page, workspace))

    assert r"Read by paper\-unet/1, fake f32 on none" in said
    assert workspace.shelf.reading_row(study_id) is not None


def test_a_reading_that_fails_says_why_and_can_be_tried_again(
    open_page: Open, workspace: Workspace, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(batch: np.ndarray) -> np.ndarray:
        raise EngineError("network: expected more memory, found none. Close something.")

    monkeypatch.setattr(seg_core.inference, "make_engine", lambda name: FakeEngine(fail))
    make_released(settings.models)
    shelve(workspace, None)

    app = triage(open_page, workspace)

    assert "expected more memory" in words(app)
    assert "Try again" in labels(app)


def test_files_that_were_not_read_are_counted_above_the_headline(
    open_page: Open, workspace: Workspace
) -> None:
    lost = (Skipped("TCGA_A_21.tif", "empty"),)
    study_id = workspace.shelf.add(dataclasses.replace(make_study(), skipped=lost))
    workspace.shelf.save_reading(study_id, make_reading({6: 0.99}))

    assert ":orange-badge[:material/warning: 1 file not read]" in words(
        triage(open_page, workspace)
    )


def test_sixteen_bits_and_grey_slices_have_pictures_too(
    open_page: Open, workspace: Workspace
) -> None:
    study = make_study(truth=False)
    grey = dataclasses.replace(
        study, slices=study.slices[..., :1].astype(np.uint16) * 16, channels=("grey",)
    )
    study_id = workspace.shelf.add(grey)
    workspace.shelf.save_reading(study_id, make_reading({3: 0.99}))

    app = triage(open_page, workspace)

    assert "Flagged: 3" in words(app)
    assert len(app.html) >= 12
