"""Training: start a run, watch it live, stop it, go on. The trainer is a process of its own."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.desk import close_while_reading_first
from pages.components.go_to import go_to
from pages.components.sections import choose_section
from pages.components.training.compare_runs import draw_comparison
from pages.components.training.new_run import draw_new_run
from pages.components.training.run_list import choose_run
from pages.components.training.run_panel import draw_run
from pages.components.workspace import open_workspace
from seg_core.jobs import LocalLauncher
from seg_core.training.board import list_board

LOOK_SECONDS = 1
"""How often a page looks for new events."""

VIEWS = ("Runs", "New run", "Compare")

if asked := st.session_state.pop(session.ASKED_PAGE, None):
    go_to(Path(asked))
if wanted := st.session_state.pop(session.ASKED_VIEW, None):
    st.session_state[session.TRAINING_VIEW] = wanted
workspace = open_workspace()
close_while_reading_first(workspace, "ground truth and what networks made of patients")
launcher = LocalLauncher(workspace.settings.home)


@st.fragment(run_every=LOOK_SECONDS)
def watch_runs() -> None:
    """List and panel; only this part of the page is drawn anew as a run goes on."""
    close_while_reading_first(workspace, "ground truth and what networks made of patients")
    if {session.ASKED_VIEW, session.ASKED_PAGE} & set(st.session_state):
        st.rerun()  # a button in here asked for another view; a part of a page cannot leave it
    entries = list_board(workspace.settings.runs, launcher)
    if not entries:
        st.info("No run yet. Choose *New run* to pick data and settings and start the first one.")
        return
    side, panel = st.columns([1, 4], gap="medium")
    with side:
        entry = choose_run(entries)
    with panel:
        draw_run(entry, launcher, workspace.settings)


with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("### Training", width="content")
    view = choose_section(VIEWS, session.TRAINING_VIEW, "View")
if view == "New run":
    draw_new_run(workspace, launcher)
elif view == "Compare":
    draw_comparison(list_board(workspace.settings.runs, launcher))
else:
    watch_runs()
