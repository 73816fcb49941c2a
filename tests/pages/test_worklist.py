from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.components import session
from pages.components.worklist.record_table import as_csv
from pages.components.workspace import Workspace
from seg_core.reading import compare
from seg_core.store import Seat, Verdict
from tests.pages.said import labels, words
from tests.pages.shelved import make_reading, make_study, seated, shelve

Open = Callable[..., AppTest]


def table(app: AppTest) -> pd.DataFrame:
    assert not app.exception, app.exception
    return app.dataframe[0].value


def shelve_three(workspace: Workspace) -> list[str]:
    """A, B and C in that order; a model found most in C, less in A, and has not read B."""
    ids = [workspace.shelf.add(make_study(name)) for name in "ABC"]
    workspace.shelf.save_reading(ids[0], make_reading({6: 0.7}))
    workspace.shelf.save_reading(ids[2], make_reading({6: 0.99, 7: 0.985}))
    return ids


def test_an_empty_worklist_says_so(open_page: Open) -> None:
    assert "No study has arrived yet" in words(open_page("worklist"))


def test_sitting_down_keeps_the_name(open_page: Open, workspace: Workspace) -> None:
    app = open_page("worklist", **seated(workspace, ""))

    app.text_input[0].set_value("Dr. Ada")
    next(b for b in app.button if b.label == "Sit down").click().run()

    assert r"**Dr\. Ada**" in words(app)
    assert "not authenticated" in words(app)
    assert workspace.room.seat("a browser").reviewer == "Dr. Ada"


def test_a_name_is_asked_for_and_not_made_up(open_page: Open, workspace: Workspace) -> None:
    app = open_page("worklist", **seated(workspace, ""))

    next(b for b in app.button if b.label == "Sit down").click().run()

    assert "Type the name" in app.error[0].value


@pytest.mark.parametrize("name", ["", "Ada"])
def test_a_first_read_lists_arrival_and_state_and_nothing_that_a_model_found(
    open_page: Open, workspace: Workspace, name: str
) -> None:
    shelve_three(workspace)

    app = open_page("worklist", **seated(workspace, name))

    assert list(table(app).columns) == ["study", "state", "slices", "arrived", "mode"]
    assert table(app)["study"].tolist() == ["A", "B", "C"]  # by arrival, not by suspicion
    assert table(app)["state"].tolist() == ["ready", "new", "ready"]
    assert "0.99" not in words(app)
    (order,) = (box for box in app.selectbox if box.label == "Order")
    assert "Most suspicious first" not in order.options


def test_read_concurrently_the_most_suspicious_study_comes_first(
    open_page: Open, workspace: Workspace
) -> None:
    shelve_three(workspace)

    found = table(open_page("worklist", **seated(workspace, "Ada", "concurrent")))

    assert found["study"].tolist() == ["C", "A", "B"]
    assert found["highest"].tolist()[:2] == [0.99, 0.7]
    assert found["flagged"].tolist() == ["6-7", "none", "–"]


def test_a_study_whose_findings_were_seen_is_said_to_be_read_concurrently_alone(
    open_page: Open, workspace: Workspace
) -> None:
    ids = shelve_three(workspace)
    nobody = seated(workspace, "")
    workspace.room.look(workspace.room.seat(str(nobody[session.BROWSER])), ids[0], "triage")

    found = table(open_page("worklist", **seated(workspace)))

    read_as = dict(zip(found["study"], found["mode"], strict=True))
    assert read_as == {"A": "concurrent only", "B": "–", "C": "–"}


def test_a_sealed_study_lists_its_findings_and_stands_behind_the_unread(
    open_page: Open, workspace: Workspace
) -> None:
    ids = shelve_three(workspace)
    state = seated(workspace)
    workspace.room.seal(workspace.room.seat("a browser"), ids[0], Verdict("no"))

    found = table(open_page("worklist", **state))

    assert found["study"].tolist() == ["B", "C", "A"]
    assert found["state"].tolist() == ["new", "ready", "read"]
    assert found["mode"].tolist()[2] == "first"
    assert found["highest"].tolist()[2] == 0.7
    assert found["highest"].isna().tolist()[:2] == [True, True]


def test_studies_are_found_by_name_and_state(open_page: Open, workspace: Workspace) -> None:
    shelve_three(workspace)
    app = open_page("worklist", **seated(workspace))

    app.multiselect[0].set_value(["ready"]).run()
    assert table(app)["study"].tolist() == ["A", "C"]

    next(t for t in app.text_input if t.label == "Search").set_value("c").run()
    assert table(app)["study"].tolist() == ["C"]


def test_the_next_unread_study_is_one_click_away(open_page: Open, workspace: Workspace) -> None:
    ids = shelve_three(workspace)
    state = seated(workspace)
    workspace.room.seal(workspace.room.seat("a browser"), ids[0], Verdict("no"))

    assert "Read the next: B" in labels(open_page("worklist", **state))


def test_changing_a_list_to_concurrent_warns_first_and_says_who_did(
    open_page: Open, workspace: Workspace
) -> None:
    shelve_three(workspace)
    app = open_page("worklist", **seated(workspace))

    assert "can no longer read them first" in words(app)
    next(b for b in app.button if b.label == "Read Main concurrently").click().run()

    assert table(app)["study"].tolist() == ["C", "A", "B"]
    assert "set by Ada" in words(app)


def test_each_list_can_be_shown_alone_with_its_mode(open_page: Open, workspace: Workspace) -> None:
    ids = shelve_three(workspace)
    state = seated(workspace)
    workspace.room.put_into(workspace.room.seat("a browser"), ids[1:], "Teaching")
    workspace.room.set_mode(workspace.room.seat("a browser"), "Teaching", "concurrent")

    every = table(open_page("worklist", **state))
    app = open_page("worklist", **state, **{session.WORKLIST_LIST: "Teaching"})

    assert every["list"].tolist() == ["Main", "Teaching", "Teaching"]
    assert every["highest"].tolist()[2] == 0.99
    assert every["highest"].isna().tolist()[:2] == [True, True]
    assert table(app)["study"].tolist() == ["C", "B"]
    assert "set by Ada" in words(app)


def test_the_studies_that_are_shown_can_be_put_into_a_list(
    open_page: Open, workspace: Workspace
) -> None:
    shelve_three(workspace)
    state = seated(workspace)
    workspace.room.set_mode(workspace.room.seat("a browser"), "Teaching", "first")
    app = open_page("worklist", **state)
    next(t for t in app.text_input if t.label == "Search").set_value("c").run()

    app.selectbox(key="put_into").set_value("Teaching").run()
    next(b for b in app.button if b.label == "Put them there").click().run()

    assert "1 study moved to the list Teaching" in words(app)
    assert [one.studies for one in workspace.room.lists()] == [2, 1]


def tick(app: AppTest, *rows: int) -> AppTest:
    """Tick these rows of the table, counted from 0, as a browser says it."""
    key = "worklist-" + app.dataframe[0].proto.id.rpartition("worklist-")[2]
    app.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return app.run()


def test_of_ticked_studies_those_alone_are_put_into_a_list(
    open_page: Open, workspace: Workspace
) -> None:
    shelve_three(workspace)
    state = seated(workspace)
    workspace.room.set_mode(workspace.room.seat("a browser"), "Teaching", "first")
    app = tick(open_page("worklist", **state), 0, 2)
    assert "Ticked: 2 studies" in words(app)

    app.selectbox(key="put_into").set_value("Teaching").run()
    next(b for b in app.button if b.label == "Put them there").click().run()

    lying = {row.name: row.list for row in workspace.room.worklist(Seat("a browser", "Ada"), "")}
    assert lying == {"A": "Teaching", "B": "Main", "C": "Teaching"}


def test_the_study_that_was_ticked_last_is_the_one_to_read(
    open_page: Open, workspace: Workspace
) -> None:
    shelve_three(workspace)
    app = tick(open_page("worklist", **seated(workspace)), 2)
    assert "Read C" in labels(app)

    assert "Read A" in labels(tick(app, 0, 2))
    assert "Read C" in labels(tick(app, 2))


def test_ticks_do_not_pass_to_other_studies_when_the_table_shows_others(
    open_page: Open, workspace: Workspace
) -> None:
    shelve_three(workspace)
    app = tick(open_page("worklist", **seated(workspace)), 0)

    next(t for t in app.text_input if t.label == "Search").set_value("c").run()

    assert "Open the chosen study" in labels(app)


def test_leaving_keeps_the_reads(open_page: Open, workspace: Workspace) -> None:
    ids = shelve_three(workspace)
    state = seated(workspace)
    workspace.room.seal(workspace.room.seat("a browser"), ids[0], Verdict("no"))
    app = open_page("worklist", **state)

    next(b for b in app.button if b.label == "Leave").click().run()

    assert "Sit down" in labels(app)
    again = seated(workspace)
    assert table(open_page("worklist", **again))["state"].tolist().count("read") == 1


@pytest.mark.parametrize("page", ["training", "evaluation"])
def test_pages_with_truth_are_closed_while_somebody_reads_first(
    open_page: Open, workspace: Workspace, page: str
) -> None:
    shelve_three(workspace)
    app = open_page(page, **seated(workspace))

    assert "reads first here" in words(app)
    assert labels(app) == ["Leave the desk"]

    app.button[0].click().run()

    assert "reads first here" not in words(app)


def read_both(workspace: Workspace) -> str:
    """Ada and Ben read one study; Ada answers, Ben does not. Its id."""
    study_id = shelve(workspace, {6: 0.99})
    for name in ("Ben", "Ada"):
        seat = workspace.room.sit(f"browser of {name}", name)
        verdict = Verdict("yes", (12,), active_seconds=90.0)
        read, row = (
            workspace.room.seal(seat, study_id, verdict),
            workspace.shelf.reading_row(study_id),
        )
        assert row is not None
        study, reading = workspace.study(study_id), workspace.shelf.reading_of(row)
        reveal = workspace.room.reveal(seat, read, row, compare(study, reading, verdict))
        if name == "Ada":
            for discrepancy in reveal.discrepancies:
                workspace.room.answer(seat, read, discrepancy, "change", "seen now")
    return study_id


def test_the_discrepancy_list_shows_answers_and_holds_the_truth_back_until_all_are_given(
    open_page: Open, workspace: Workspace
) -> None:
    read_both(workspace)

    def listed(name: str) -> pd.DataFrame:
        state = seated(workspace, name) | {session.WORKLIST_SECTION: "Discrepancies"}
        return table(open_page("worklist", **state))

    assert listed("Ada")["Reviewer"].tolist() == ["Ben", "Ben", "Ada", "Ada"]
    assert listed("Ada")["Slices"].tolist()[2:] == ["6-8", "12"]
    assert listed("Ada")["Answer"].tolist()[2:] == ["I change my read"] * 2
    assert listed("Ada")["Tumour outlined there"].tolist()[2:] == ["yes", "no"]
    assert set(listed("Ben")["Tumour outlined there"]) == {"–"}


def test_another_reviewers_discrepancies_are_listed_only_after_the_own_verdict(
    open_page: Open, workspace: Workspace
) -> None:
    read_both(workspace)
    state = seated(workspace, "Cleo")

    for section in ("Discrepancies", "Agreement"):
        app = open_page("worklist", **state, **{session.WORKLIST_SECTION: section})
        assert not app.dataframe
        assert "Ada" not in words(app)


def test_agreement_stands_with_kappa_and_prevalence_and_says_what_changes_did(
    open_page: Open, workspace: Workspace
) -> None:
    read_both(workspace)
    state = seated(workspace, "Ada") | {session.WORKLIST_SECTION: "Agreement"}

    app = open_page("worklist", **state)

    pairs, truth, changes = (frame.value for frame in app.dataframe)
    assert pairs["Beside"].tolist() == ["paper-unet/1", "paper-unet/1", "Ben"]
    assert (
        pairs["Agreement"].tolist()[0] == "80.0 % (too few)"
    )  # 16 of 20: slices 6 to 8 and 12 differ
    assert pairs["Prevalence"].tolist()[0] == "10.0 %"
    assert truth["Active time a study, median"].tolist()[0] == "1 min 30 s"
    assert truth["Studies with tumour, found"].tolist()[0] == "1 of 1 (too few)"
    assert truth["Suspicion, AUROC"].tolist()[0] == "–"  # no study without tumour
    assert truth["Slice sensitivity, first verdict"].tolist()[0] == "0.0 % (too few)"
    assert truth["after the reveal"].tolist()[0] == "100.0 % (too few)"
    assert changes["Wrong turned right"].tolist()[0] == 2
    assert changes["Right turned wrong"].tolist()[0] == 0


def test_the_record_is_the_reviewers_own_and_can_be_downloaded(
    open_page: Open, workspace: Workspace
) -> None:
    read_both(workspace)
    state = seated(workspace, "Ada") | {session.WORKLIST_SECTION: "Record"}

    app = open_page("worklist", **state)

    acts = table(app)["Act"].tolist()
    assert acts[::-1][:5] == ["sat down", "painted", "verdict", "reveal", "changed"]
    assert "not authenticated" in words(app)
    (lines, file) = workspace.room.record("Ada"), as_csv(workspace.room.record("Ada")).decode()
    assert file.splitlines()[0] == "Research use only. Not for diagnosis."
    assert len(file.splitlines()) == len(lines) + 2
    assert "Ben" not in file
