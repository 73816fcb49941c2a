from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.components import session
from pages.components.session import study
from pages.components.workspace import Workspace
from seg_core.inference.engine import FakeEngine
from seg_core.models.card_files import write_card
from seg_core.models.file_names import SEEN_SLICES
from seg_core.models.seen_slices import write_seen_slices
from seg_core.settings import Settings
from seg_core.study import Skipped
from tests.models.released import CARD, make_released
from tests.pages.said import words
from tests.pages.shelved import make_reading, make_study, shelve
from tests.readers.made import nifti
from tests.triage.looks import phantom_looks

Open = Callable[..., AppTest]


def told(app: AppTest) -> dict[str, Any]:
    """What the viewer component is told beside the bytes."""
    assert not app.exception, app.exception
    return dict(json.loads(app.get("bidi_component")[0].proto.json))


def open_study(open_page: Open, study_id: str, slice_number: int | None = None) -> AppTest:
    return open_page("viewer", **{session.STUDY: study_id, session.SLICE: slice_number})


def test_without_a_study_the_page_offers_three_ways_to_open_one(open_page: Open) -> None:
    app = open_page("viewer")

    assert not app.exception
    said = "\n".join(m.value for m in app.markdown)
    for way in ("Demo study", "Folder on the server", "Upload"):
        assert way in said


def test_the_demo_is_one_click_away(open_page: Open, workspace: Workspace) -> None:
    app = open_page("viewer")
    app.button(key="open_demo").click().run()

    assert told(app)["study"]["slices"] == 20
    assert workspace.shelf.count() == 1


def test_a_study_on_the_shelf_is_picked_where_none_is_open(
    open_page: Open, workspace: Workspace
) -> None:
    shelve(workspace, {1: 0.5})
    app = open_page("viewer")
    shelved = app.selectbox[0]
    assert (shelved.label, shelved.value) == ("Study on the shelf", None)

    shelved.select_index(0).run()

    assert told(app)["study_id"] == workspace.shelf.recent(1)[0].id


def test_a_read_study_is_told_with_its_model_confidence_and_parts(
    open_page: Open, workspace: Workspace
) -> None:
    data = told(open_study(open_page, shelve(workspace, {6: 0.99, 7: 0.5})))

    assert data["reading"]["model"] == "paper-unet"
    assert data["reading"]["calibrated"] is True
    assert data["first"] == 5  # slice 6, the one of highest confidence, counted from 0
    assert set(data["parts"]) == {"images", "truth", "reading"}
    assert all(part["address"].endswith(part["digest"]) for part in data["parts"].values())


def test_the_token_stays_the_same_from_run_to_run(open_page: Open, workspace: Workspace) -> None:
    app = open_study(open_page, shelve(workspace, {6: 0.99}))
    before = told(app)

    assert told(app.run()) == before
    assert len(before["token"]) >= 32


def test_a_wanted_slice_is_shown_first(open_page: Open, workspace: Workspace) -> None:
    assert told(open_study(open_page, shelve(workspace, {6: 0.99}), 12))["first"] == 11


def test_a_slice_that_does_not_exist_leaves_the_choice_to_the_viewer(
    open_page: Open, workspace: Workspace
) -> None:
    assert told(open_study(open_page, shelve(workspace, {6: 0.99}), 400))["first"] == 5


def test_without_a_model_the_slices_are_shown_all_the_same(
    open_page: Open, workspace: Workspace
) -> None:
    app = open_study(open_page, shelve(workspace, None))

    assert told(app)["reading"] is None
    assert told(app)["parts"]["reading"] is None
    assert "No model is installed" in app.info[0].value


def test_an_installed_model_reads_the_study_as_soon_as_it_is_opened(
    open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_released(workspace.settings.models)
    monkeypatch.setitem(vars(workspace), "_engine", FakeEngine())
    study_id = shelve(workspace, None)
    app = open_study(open_page, study_id).run()

    assert told(app)["reading"]["model"] == "paper-unet"
    assert workspace.reading(study_id) is not None


def test_a_reading_that_fails_is_explained_and_not_tried_again_by_itself(
    open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make_released(workspace.settings.models)
    (model.folder / "network.bin").write_bytes(b"changed")
    app = open_study(open_page, shelve(workspace, None))

    assert told(app)["reading"] is None
    assert "was changed or damaged" in app.error[0].value
    assert [b.label for b in app.button].count("Try again") == 1


def test_files_that_were_not_read_are_counted_in_the_head(
    open_page: Open, workspace: Workspace
) -> None:
    lost = (
        Skipped("TCGA_A_21.tif", "empty"),
        Skipped("TCGA_A_22.tif", "empty"),
        Skipped("TCGA_A_3_mask.tif", "empty"),  # a mask: no slice is missing
    )
    app = open_study(open_page, workspace.shelf.add(replace(make_study(), skipped=lost)))

    assert ":orange-badge[:material/warning: 2 files not read]" in words(app)
    whole = workspace.shelf.add(make_study("TCGA_B", slices=3))
    assert "not read" not in words(open_study(open_page, whole))


def test_raw_scores_are_called_so_in_the_head_with_the_reason(
    open_page: Open, workspace: Workspace
) -> None:
    make_released(workspace.settings.models)  # its card has no calibration
    study_id = shelve(workspace, {6: 0.999}, calibrated=False)

    said = words(open_study(open_page, study_id))

    assert "Not calibrated: paper\\-unet/1 has no calibration" in said

    workspace.shelf.save_reading(study_id, make_reading({6: 0.999}))
    assert "Not calibrated" not in words(open_study(open_page, study_id))


def test_a_patient_that_the_model_learnt_from_is_called_so_in_the_head(
    open_page: Open, workspace: Workspace
) -> None:
    data = CARD["data"] | {"seen": [make_study().name]}
    make_released(workspace.settings.models, data=data)
    study_id = shelve(workspace, {6: 0.99})

    said = words(open_study(open_page, study_id))

    assert "Training patient: paper\\-unet/1 learnt from a patient of this name" in said
    assert "Not calibrated" not in said

    raw = shelve(workspace, {6: 0.98}, calibrated=False)
    assert "Not calibrated: " in words(open_study(open_page, raw))


@pytest.mark.parametrize("calibrated", [True, False])
def test_slices_are_shown_though_the_digests_of_the_model_are_damaged(
    open_page: Open, workspace: Workspace, calibrated: bool
) -> None:
    model = make_released(workspace.settings.models)
    write_seen_slices(model.folder, {"A": ["0" * 16]})
    data = model.card.data.model_copy(update={"seen_slices": 1})
    write_card(model.folder, model.card.model_copy(update={"data": data}))
    study_id = shelve(workspace, {6: 0.99}, calibrated=calibrated)
    (model.folder / SEEN_SLICES).write_text("{}")

    app = open_study(open_page, study_id)

    assert "Training patient: not known whether it is one" in words(app)
    assert told(app)["parts"]["images"]


def test_a_study_unlike_the_training_data_is_called_so_in_the_head_with_the_reason(
    open_page: Open, workspace: Workspace
) -> None:
    make_released(workspace.settings.models, usual=phantom_looks())
    study_id = shelve(workspace, {6: 0.999}, calibrated=False)  # of noise

    said = words(open_study(open_page, study_id))

    assert "Unlike the training data: " in said
    assert "in training" in said


def test_a_study_without_truth_says_so_to_the_viewer(open_page: Open, workspace: Workspace) -> None:
    study_id = workspace.shelf.add(make_study(truth=False))
    data = told(open_study(open_page, study_id))

    assert data["truth"] is None
    assert data["parts"]["truth"] is None


def test_an_unknown_study_is_an_error_and_the_ways_to_open_another(open_page: Open) -> None:
    app = open_study(open_page, "0" * 24)

    assert "expected it on the shelf" in app.error[0].value
    assert app.button(key="open_demo")


def test_names_out_of_files_are_not_markup(open_page: Open, workspace: Workspace) -> None:
    study = replace(make_study("a*b*[c](http://x)"), source="<img src=x>")
    app = open_study(open_page, workspace.shelf.add(study))

    assert not app.exception
    assert not any("](http" in m.value for m in app.markdown)


def test_a_newer_reading_of_the_same_study_is_another_part(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})
    before = told(open_study(open_page, study_id))["parts"]
    other = make_reading({6: 0.99, 9: 0.98})
    other.probability[8, :4, :4] = 1.0
    workspace.shelf.save_reading(study_id, other)
    after = told(open_study(open_page, study_id))["parts"]

    assert before["images"] == after["images"]
    assert before["reading"]["digest"] != after["reading"]["digest"]


def write_slices(folder: Path, count: int = 3) -> None:
    """A patient's folder in the Kaggle layout, with masks."""
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 255, (count, 24, 24, 3), dtype=np.uint8)
    for i in range(count):
        Image.fromarray(pixels[i]).save(folder / f"{folder.name}_{i + 1}.tif")
        mask = np.full((24, 24), 255 * (i % 2), np.uint8)
        Image.fromarray(mask).save(folder / f"{folder.name}_{i + 1}_mask.tif")


def test_a_folder_of_the_data_roots_opens(open_page: Open, settings: Settings) -> None:
    write_slices(settings.data_roots[0] / "TCGA_X")
    app = open_page("viewer")
    entry = next(box for box in app.selectbox if box.label == "Folder, zip, image or volume")
    entry.select(entry.options[0]).run()
    next(b for b in app.button if b.label == "Open this").click().run()

    assert told(app)["study"]["files"] == [f"TCGA_X_{i}.tif" for i in (1, 2, 3)]


def test_volumes_of_a_case_open_with_size_and_sides(open_page: Open, tmp_path: Path) -> None:
    files = [
        nifti(tmp_path / f"C_{end}.nii.gz", np.ones((32, 32, 9), np.uint8) * 80 * tone)
        for tone, end in enumerate(("t1", "flair", "t1ce", "seg"))
    ]
    given = [(file.name, file.read_bytes(), "application/gzip") for file in files]
    app = open_page("viewer")
    app.file_uploader[0].set_value(given).run()
    next(b for b in app.button if b.label == "Open the upload").click().run()

    study = told(app)["study"]
    assert study["channels"] == ["pre-contrast", "FLAIR", "post-contrast"]
    assert (study["spacing_mm"], study["edges"]) == ([1, 1, 1], ["R", "A", "L", "P"])
    assert "9 slices  ·  32 × 32  ·  1 × 1 mm, 1 mm apart" in words(app)


def test_what_the_files_say_to_be_flair_is_not_called_taken_for_it(
    open_page: Open, workspace: Workspace
) -> None:
    make_released(workspace.settings.models, name="second-reader-flair", channels=["FLAIR"])
    for channel, said in (("grey", True), ("FLAIR", False)):
        study = make_study(channel)
        study = replace(study, slices=study.slices[..., :1], channels=(channel,))
        study_id = workspace.shelf.add(study)
        workspace.shelf.save_reading(study_id, make_reading({6: 0.99}))

        assert ("Taken for FLAIR" in words(open_study(open_page, study_id))) is said


def test_an_upload_opens_and_what_could_not_be_read_is_named(
    open_page: Open, tmp_path: Path
) -> None:
    write_slices(tmp_path / "P", count=2)
    files = sorted((tmp_path / "P").iterdir())
    given = [(file.name, file.read_bytes(), "image/tiff") for file in files]
    app = open_page("viewer")
    app.file_uploader[0].set_value([*given, ("broken.tif", b"no image", "image/tiff")]).run()
    next(b for b in app.button if b.label == "Open the upload").click().run()

    data = told(app)
    assert data["study"]["slices"] == 2
    assert data["truth"]["known"] == [1, 1]


def test_another_model_can_be_chosen_and_reads_at_once(
    open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("paper-unet", "second-reader"):
        make_released(workspace.settings.models, name=name)
    monkeypatch.setitem(vars(workspace), "_engine", FakeEngine())
    app = open_study(open_page, shelve(workspace, {6: 0.99}))
    assert told(app)["reading"]["model"] == "paper-unet"

    chosen = next(box for box in app.selectbox if box.label == "Model")
    chosen.select("second-reader/1").run()

    assert told(app.run())["reading"]["model"] == "second-reader"


def test_a_model_that_one_reviewer_tries_reads_for_nobody_else(
    open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("paper-unet", "second-reader", "mine"):
        make_released(workspace.settings.models, name=name)
    monkeypatch.setitem(vars(workspace), "_engine", FakeEngine())
    study_id = shelve(workspace, None)
    mine = open_study(open_page, study_id)
    assert told(mine.run())["reading"]["model"] == "second-reader"
    box = next(box for box in mine.selectbox if box.label == "Model")

    box.select("mine/1").run()

    assert told(mine.run())["reading"]["model"] == "mine"
    assert next(b for b in mine.selectbox if b.label == "Model").options[0] == "Automatic"
    assert told(open_study(open_page, study_id))["reading"]["model"] == "second-reader"
    assert workspace.shelf.recent(1)[0].reading.model == "second-reader/1"
    next(box for box in mine.selectbox if box.label == "Model").select("automatic").run()
    assert told(mine.run())["reading"]["model"] == "second-reader"


def test_a_link_that_leads_out_of_the_data_roots_is_not_opened(
    open_page: Open, settings: Settings, tmp_path: Path
) -> None:
    write_slices(tmp_path / "outside")
    (settings.data_roots[0] / "link").symlink_to(tmp_path / "outside")
    app = open_page("viewer")
    next(box for box in app.selectbox if box.label == "Folder, zip, image or volume").select_index(
        0
    ).run()
    next(b for b in app.button if b.label == "Open this").click().run()

    assert "lies outside" in app.error[0].value
    assert not app.get("bidi_component")


def test_what_an_opening_refused_is_noted_at_its_own_studies_alone(
    open_page: Open, workspace: Workspace
) -> None:
    ours, other = (workspace.shelf.add(make_study(name, slices=2)) for name in ("ours", "other"))
    lost = [("a photograph.gif", "a GIF")], [ours]

    def said(study_id: str) -> str:
        page = open_page("viewer", **{session.STUDY: study_id, session.REFUSED: lost})
        return words(page).replace("\\", "")

    assert "| a photograph.gif | a GIF |" in said(ours)
    assert "1 file beside it not opened" in said(ours)
    assert "| a photograph.gif |" not in said(other)
    assert "not opened" not in said(other)


def test_an_address_that_back_brought_is_followed_and_one_that_comes_late_is_not(
    open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (workspace.shelf.add(make_study(name, slices=2)) for name in ("A", "B"))
    app = open_page("viewer", **{session.STUDY: first})
    assert app.query_params["study"] == first

    app.session_state[session.STUDY] = second  # as a Page key does
    app.run()
    app.query_params["study"] = first  # asked before the browser knew of the new address
    app.run()
    assert (told(app)["study_id"], app.query_params["study"]) == (second, second)

    app.run()
    app.query_params["study"] = first  # Back
    app.run()
    assert told(app)["study_id"] == first

    app.session_state[session.STUDY] = second
    app.run()
    monkeypatch.setattr(study, "LATE_SECONDS", -1.0)  # long ago: nothing came with the address
    app.session_state[session.STUDY] = first
    app.run()
    app.query_params["study"] = second
    app.run()
    assert told(app)["study_id"] == second
