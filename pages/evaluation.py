"""Evaluation: measure a run or a model on patients, and see what came of it. A job measures."""

from __future__ import annotations

import streamlit as st

from pages.components import session
from pages.components.counted import counted
from pages.components.desk import close_while_reading_first
from pages.components.evaluation.grey_set import draw_grey_sets
from pages.components.evaluation.show import draw_evaluation
from pages.components.evaluation.start import draw_form
from pages.components.evaluation.tuning_section import draw_tuning
from pages.components.evaluation.under_way import draw_under_way, evaluations_under_way
from pages.components.plain_text import plain
from pages.components.sections import choose_section
from pages.components.workspace import open_workspace
from seg_core.errors import SecondReaderError
from seg_core.evaluation.finished import Finished, list_finished
from seg_core.jobs import LocalLauncher

LOOK_SECONDS = 2
"""How often a page looks whether an evaluation has ended."""

VIEWS = ("Finished", "New evaluation", "Threshold tuning", "Images by class")

workspace = open_workspace()
close_while_reading_first(workspace, "ground truth and what models made of patients")
launcher = LocalLauncher(workspace.settings.home)
under_way = evaluations_under_way(launcher)


@st.fragment(run_every=LOOK_SECONDS if any(not job.over for job in under_way) else None)
def watch_jobs() -> None:
    """The jobs; the whole page is drawn anew once one of them has ended."""
    now = evaluations_under_way(launcher)
    draw_under_way(launcher, now)
    if {job.id for job in under_way if not job.over} - {job.id for job in now if not job.over}:
        st.session_state[session.EVALUATION_ENDED] = True
        st.rerun()


def choose(finished: list[Finished]) -> Finished:
    """The evaluation to show: one that has just ended, or the one chosen before, or the first."""
    by_folder = {str(one.folder): one for one in finished}
    ended = st.session_state.pop(session.EVALUATION_ENDED, False)
    if ended:
        newest = max(finished, key=lambda one: one.stamp)
        st.session_state[session.EVALUATED] = str(newest.folder)
    elif st.session_state.get(session.EVALUATED) not in by_folder:
        st.session_state[session.EVALUATED] = next(iter(by_folder))
    folder = st.selectbox(
        "Evaluation",
        by_folder,
        key=session.EVALUATED,
        format_func=lambda folder: label(by_folder[folder]),
        label_visibility="collapsed",
    )
    return by_folder[folder]


def label(one: Finished) -> str:
    """Subject, what it was measured on, and on how many."""
    part, data = one.evaluation.part, ", ".join(one.evaluation.data)
    own = one.name == part or not data  # of a run, or of a model's own folder
    on = part if own else f"{part} · {data}"
    return f"{one.subject} · {on} · {counted(one.evaluation.patients, 'patient')}"


with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("### Evaluation", width="content")
    view = choose_section(VIEWS, session.EVALUATION_VIEW, "View")
watch_jobs()
if view == "New evaluation":
    draw_form(workspace, launcher)
elif view == "Threshold tuning":
    draw_tuning(workspace, launcher)
elif view == "Images by class":
    draw_grey_sets(workspace, launcher)
else:
    found, refused = list_finished(workspace.settings)
    for entry in refused:
        st.error(f"{plain(entry.file)}: {plain(entry.reason)}")
    if not found:
        st.info("Nothing was evaluated yet. Choose *New evaluation* to measure a run or a model.")
    else:
        try:
            draw_evaluation(choose(found))
        except SecondReaderError as error:
            st.error(plain(str(error)), icon=":material/error:")
