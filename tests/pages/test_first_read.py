"""A read from the first slice to the last answer, as the viewer page carries it out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import session, slice_viewer
from pages.components.slice_viewer.read_draft import ReadDraft
from pages.components.workspace import Workspace
from seg_core.inference.engine import FakeEngine
from seg_core.models.card_files import write_card
from seg_core.models.seen_slices import write_seen_slices
from seg_core.models.slice_digests import slice_digests
from seg_core.store import Marker, Verdict
from seg_core.study import Reading, Study
from tests.models.released import make_released
from tests.pages.said import labels, words
from tests.pages.shelved import make_reading, make_study, seated, shelve

Open = Callable[..., AppTest]

DRAFT = ReadDraft(tuple(range(1, 19)), (Marker(12, 4.0, 5.0),), (), 42.0)


def told(app: AppTest) -> dict[str, Any]:
    """What the viewer component is told beside the bytes."""
    assert not app.exception, app.exception
    return dict(json.loads(app.get("bidi_component")[0].proto.json))


def open_read(open_page: Open, state: dict[str, object], study_id: str) -> AppTest:
    return open_page("viewer", **state, **{session.STUDY: study_id})


def give_verdict(
    app: AppTest, study_id: str, tumour: str, slices: str, draft: ReadDraft = DRAFT
) -> AppTest:
    """Send the draft as the viewer does, and fill the form in.

    The draft is set before each run: a dialog's own part of a page is not run by itself here.
    """
    for _ in range(2):
        app.session_state[session.DRAFT_READ] = (study_id, draft)
        app.run()
        app.radio[0].set_value(tumour)
        next(t for t in app.text_input if t.label == "Slices with tumour").set_value(slices)
    app.session_state[session.DRAFT_READ] = (study_id, draft)
    next(b for b in app.button if b.label.startswith("Store the verdict")).click()
    return app.run()


def test_before_the_verdict_the_viewer_is_told_of_images_and_nothing_else(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})

    data = told(open_read(open_page, seated(workspace), study_id))

    assert {kind for kind, part in data["parts"].items() if part} == {"images"}
    assert data["reading"] is None
    assert data["truth"] is None
    assert data["first"] == 10  # the middle one, not the most suspicious
    assert data["read"]["mode"] == "first"
    assert "paper-unet" not in json.dumps(data)


def test_who_sits_down_next_does_not_begin_at_the_slice_of_the_one_before(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {16: 0.99})
    state = seated(workspace) | {session.STUDY: study_id, session.SLICE: 17}
    app = open_page("viewer", **state)
    assert told(app)["first"] == 16  # where a finding may have led

    workspace.room.sit(str(state[session.BROWSER]), "Ben")
    app.run()

    assert (told(app)["read"]["mode"], told(app)["first"]) == ("first", 10)


def test_the_form_of_a_verdict_stays_open_where_a_model_still_has_to_read(
    open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(
        Workspace, "read_study", lambda _, study_id, *__, **___: read.append(study_id)
    )
    study_id = workspace.shelf.add(make_study())
    state = seated(workspace, mode="concurrent")
    app = open_page(
        "viewer", **state, **{session.STUDY: study_id, session.DRAFT_READ: (study_id, DRAFT)}
    )

    assert not app.exception
    assert any(one.label.startswith("Store the verdict") for one in app.button)
    assert read == []


def test_triage_of_an_unread_study_is_closed(open_page: Open, workspace: Workspace) -> None:
    study_id = shelve(workspace, {6: 0.99})

    app = open_page("triage", **seated(workspace), **{session.STUDY: study_id})

    assert "opens once your verdict on it is stored" in words(app)
    assert labels(app) == ["Read this study"]
    assert not app.dataframe
    assert not app.html
    read = open_read(open_page, seated(workspace), study_id)
    assert told(read)["read"]["mode"] == "first"  # a closed page spoils nothing


def test_unseen_slices_are_named_before_the_verdict_is_taken(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})
    app = open_read(open_page, seated(workspace), study_id)

    app.session_state[session.DRAFT_READ] = (study_id, DRAFT)
    app.run()

    assert "Never shown: 2 slices, 19-20" in words(app)
    assert "Store the verdict, 2 slices unseen" in labels(app)
    field = next(t for t in app.text_input if t.label == "Slices with tumour")
    assert field.value == "12"  # where the reviewer put a marker


def test_slices_that_were_named_while_looking_stand_in_the_form_and_may_be_typed_away(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})
    app = open_read(open_page, seated(workspace), study_id)
    draft = replace(DRAFT, slices=(6, 7, 8))

    app.session_state[session.DRAFT_READ] = (study_id, draft)
    app.run()
    field = next(t for t in app.text_input if t.label == "Slices with tumour")
    assert field.value == "6-8, 12"
    give_verdict(app, study_id, "yes", "7-8, 12", draft)

    (read,) = workspace.room.reads("Ada")
    assert read.verdict is not None
    assert read.verdict.slices == (7, 8, 12)


def test_after_the_verdict_the_model_is_revealed_and_the_truth_waits_for_the_answers(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})
    app = open_read(open_page, seated(workspace), study_id)

    give_verdict(app, study_id, "yes", "12")

    data = told(app)
    assert {kind for kind, part in data["parts"].items() if part} == {"images", "reading"}
    assert data["own_read"]["markers"] == [{"slice": 12, "x": 4.0, "y": 5.0}]
    said = words(app)
    assert "tumour in slice" in said
    assert "The model has a finding in slices 6-8, 192 pixels; your verdict has none" in said
    assert "**1 of 2**" in said
    assert not {"right", "wrong", "missed", "error"} & set(said.lower().split())


def test_truth_waits_for_a_model_that_reads_only_after_the_verdict(
    open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_released(workspace.settings.models, name="second-reader")
    monkeypatch.setitem(vars(workspace), "_engine", FakeEngine())
    granted: list[tuple[bool, bool]] = []

    def seen(name: str, study: Study, reading: Reading | None, truth: bool, token: str) -> Any:
        granted.append((reading is not None, truth))
        return grant(name, study, reading, truth, token)

    grant = slice_viewer._granted
    monkeypatch.setattr(slice_viewer, "_granted", seen)
    study_id = shelve(workspace, None)
    app = open_read(open_page, seated(workspace), study_id)

    give_verdict(app, study_id, "yes", "12")

    assert "2" in words(app)
    assert (True, False) in granted
    assert not any(truth for _, truth in granted)


def test_without_a_model_the_truth_is_shown_to_whoever_asks_and_nothing_is_asked_later(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, None)
    app = open_read(open_page, seated(workspace), study_id)
    give_verdict(app, study_id, "yes", "12")
    assert told(app)["truth_held"]

    next(b for b in app.button if b.label == "Show the ground truth").click()
    assert told(app.run())["truth"] is not None
    workspace.shelf.save_reading(study_id, make_reading({6: 0.99}))
    app.run()

    assert "You saw the ground truth before a model had read this study" in words(app)
    answers = [b for b in app.button if b.label == "I keep my read"]
    assert [b.disabled for b in answers] == [True]


def test_triage_that_reads_after_the_verdict_shows_no_truth_before_the_answers(
    open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_released(workspace.settings.models, name="second-reader")
    monkeypatch.setitem(vars(workspace), "_engine", FakeEngine())
    study_id = shelve(workspace, None)
    state = seated(workspace)
    seat = workspace.room.seat("a browser")
    workspace.room.open(seat, study_id)
    workspace.room.seal(seat, study_id, Verdict("no", painted=(1,)))

    app = open_page("triage", **state, **{session.STUDY: study_id})

    assert not app.toggle
    assert "dice" not in app.dataframe[-1].value


def test_what_training_called_a_study_is_not_said_before_its_truth_is_open(
    open_page: Open, workspace: Workspace
) -> None:
    model = make_released(workspace.settings.models)
    called = {"meningioma/Tr-me_0012.jpg": slice_digests(make_study().slices)}
    data = model.card.data.model_copy(
        update={"seen_slices": write_seen_slices(model.folder, called)}
    )
    write_card(model.folder, model.card.model_copy(update={"data": data}))
    study_id = shelve(workspace, {6: 0.99})

    held_back = words(open_read(open_page, seated(workspace, mode="concurrent"), study_id))
    shown = words(open_read(open_page, seated(workspace, ""), study_id))

    assert "learnt from these slices: its masks" in held_back.replace("\\", "")
    assert "meningioma" not in held_back
    assert "learnt from these slices, called meningioma/Tr-me_0012.jpg" in shown.replace("\\", "")


def test_a_slice_that_was_asked_for_goes_before_the_first_discrepancy(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})
    state = seated(workspace)
    seat = workspace.room.seat(str(state[session.BROWSER]))
    workspace.room.open(seat, study_id)
    workspace.room.seal(seat, study_id, Verdict("no", painted=(1,)))
    of_study = {**state, session.STUDY: study_id}

    led = open_page("viewer", **of_study)
    asked = open_page("viewer", **of_study, **{session.SLICE: 17, session.REQUEST: 3})

    assert told(led)["first"] == 5
    assert told(led)["pointed"]["reach"] > 0
    assert told(asked)["first"] == 16
    assert told(asked.run())["first"] == 16


def test_a_place_that_was_spoken_of_is_ringed_in_no_first_read(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})

    left = {session.POINTED: (study_id, session.Pointed(7, 12.0, 12.0))}
    app = open_page("viewer", **seated(workspace), **left, **{session.STUDY: study_id})

    assert told(app)["pointed"] is None


def test_training_and_evaluation_stay_closed_while_a_first_read_goes_on(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})
    state = seated(workspace)
    open_read(open_page, state, study_id)
    workspace.room.set_mode(workspace.room.sit("another", "Bob"), "Main", "concurrent")

    for page in ("evaluation", "training"):
        assert "a read that goes on" in words(open_page(page, **state))


def test_every_answer_leads_to_the_next_and_the_last_one_opens_the_truth(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})
    app = open_read(open_page, seated(workspace), study_id)
    app.session_state[f"verdict-suspicion-{study_id}"] = 4
    give_verdict(app, study_id, "yes", "12")

    app.button(key="answer-change").click().run()
    assert "**2 of 2**" in words(app)
    assert told(app)["first"] == 11  # the viewer goes to the reviewer's own slice 12
    app.button(key="answer-keep").click().run()

    assert "All answered, 1 changed. Slices with tumour after the reveal: 6-8, 12" in words(app)
    assert told(app)["parts"]["truth"] is not None
    seat = workspace.room.seat("a browser")
    read = workspace.room.find(seat, study_id)
    assert read is not None
    assert read.verdict is not None
    assert read.verdict.slices == (12,)  # the first verdict stays
    assert (read.verdict.suspicion, read.verdict.difficulty) == (4, None)
    assert read.verdict.painted == DRAFT.painted
    assert read.verdict.active_seconds == 42.0


def test_what_both_have_is_no_discrepancy_and_the_next_study_is_one_click_away(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})
    workspace.shelf.add(make_study("B"))
    app = open_read(open_page, seated(workspace), study_id)

    give_verdict(app, study_id, "yes", "7", ReadDraft(tuple(range(1, 21))))

    assert "No discrepancy" in words(app)
    assert "Read the next: B" in labels(app)
    assert told(app)["parts"]["truth"] is not None


def test_slices_that_the_study_has_not_are_refused_and_nothing_is_stored(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})
    app = open_read(open_page, seated(workspace), study_id)

    give_verdict(app, study_id, "yes", "400")

    assert "expected numbers from 1 to 20" in app.error[0].value
    read = workspace.room.find(workspace.room.seat("a browser"), study_id)
    assert read is not None
    assert read.verdict is None


@pytest.mark.parametrize("place", ["viewer", "triage"])
def test_a_study_looked_at_without_a_name_is_read_as_concurrent(
    open_page: Open, workspace: Workspace, place: str
) -> None:
    study_id = shelve(workspace, {6: 0.99})
    open_page(place, **seated(workspace, ""), **{session.STUDY: study_id})

    data = told(open_read(open_page, seated(workspace, "Ada"), study_id))

    assert data["read"]["mode"] == "concurrent"
    assert data["parts"]["reading"] is not None
    assert data["parts"]["truth"] is None  # a read is made without the truth, also a concurrent one


def read_by_two_models(workspace: Workspace) -> str:
    """A study read by paper-unet 1 (slices 6-8), then by second-reader 5 (slices 15-17); its id.

    Both are installed.
    """
    make_released(workspace.settings.models)
    make_released(workspace.settings.models, name="second-reader", version="5")
    study_id = shelve(workspace, {6: 0.99})
    other = replace(make_reading({15: 0.99}), model_name="second-reader", model_version="5")
    workspace.shelf.save_reading(study_id, other)
    return study_id


def test_the_record_names_the_model_that_was_on_the_screen(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = read_by_two_models(workspace)
    state = seated(workspace, "Ada", "concurrent") | {session.MODEL: "paper-unet/1"}
    app = open_read(open_page, state, study_id)
    give_verdict(app, study_id, "yes", "12")

    acts = {act.act: act.model_name for act in workspace.room.record("Ada")}
    assert (acts["opened"], acts["verdict"]) == ("paper-unet", "paper-unet")


def test_the_strip_names_the_model_that_was_revealed_and_the_one_that_is_shown_below(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = read_by_two_models(workspace)
    state = seated(workspace) | {session.MODEL: "paper-unet/1"}
    app = open_read(open_page, state, study_id)
    give_verdict(app, study_id, "yes", "12")

    app.selectbox(key=session.MODEL).set_value("second-reader/5").run()

    said = words(app).replace("\\-", "-")
    assert "**paper-unet/1** at 0.5: mask in slices 6-8" in said
    assert "below: second-reader/5" in said


def damage_readings(workspace: Workspace) -> None:
    for file in workspace.settings.studies.glob("*/reading-*.npz"):
        file.write_bytes(b"cut")


def test_a_damaged_reading_is_made_again_where_there_is_a_model(
    open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_released(workspace.settings.models)
    study_id = shelve(workspace, {6: 0.99})
    damage_readings(workspace)

    def read(self: Workspace, study_id: str, *_: object, **__: object) -> None:
        self.shelf.save_reading(study_id, make_reading({6: 0.99}))

    monkeypatch.setattr(Workspace, "read_study", read)
    app = open_read(open_page, seated(workspace, ""), study_id)

    assert told(app)["parts"]["reading"]
    assert not app.error


def test_without_a_model_a_damaged_reading_is_said_beside_the_slices(
    open_page: Open, workspace: Workspace
) -> None:
    study_id = shelve(workspace, {6: 0.99})
    damage_readings(workspace)

    app = open_read(open_page, seated(workspace, ""), study_id)

    assert told(app)["parts"]["images"]
    assert "expected a reading's probability" in app.error[0].value


def test_whoever_sits_down_gets_another_token(open_page: Open, workspace: Workspace) -> None:
    study_id = shelve(workspace, {6: 0.99})
    app = open_read(open_page, seated(workspace, ""), study_id)
    before = told(app)["token"]

    workspace.room.sit("a browser", "Ada")
    app.run()

    assert told(app)["token"] != before


def test_without_a_name_nothing_is_recorded_and_everything_is_shown(
    open_page: Open, workspace: Workspace
) -> None:
    data = told(open_read(open_page, seated(workspace, ""), shelve(workspace, {6: 0.99})))

    assert data["read"] is None
    assert all(data["parts"].values())
    assert workspace.room.reads() == []
