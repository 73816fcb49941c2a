"""Evaluation: measure a run or a model on patients, and see what came of it. A job measures."""

from __future__ import annotations

import streamlit as st

from pages.components import session
from pages.components.counted import counted
from pages.components.desk import close_while_reading_first
from pages.components.evaluation.grey_set import draw_grey_sets
from pages.components.evaluation.just_ended import choose_ended, is_watched_over, say_ended
from pages.components.evaluation.show import draw_evaluation
from pages.components.evaluation.start import draw_form
from pages.components.evaluation.tuning_section import draw_tuning
from pages.components.evaluation.under_way import draw_jobs, evaluation_jobs
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
jobs = evaluation_jobs(launcher)
ended = choose_ended(jobs, st.session_state.get(session.EVALUATION_VIEW))


@st.fragment(run_every=LOOK_SECONDS if any(not job.over for job in jobs) else None)
def watch_jobs() -> None:
    """The jobs; the whole page is drawn anew once one of them has ended."""
    now = evaluation_jobs(launcher)
    draw_jobs(launcher, now)
    if is_watched_over(now):
        st.rerun()


def choose(finished: list[Finished]) -> Finished:
    """The one chosen before, by hand or because it has just ended, or the first."""
    by_folder = {str(one.folder): one for one in finished}
    if st.session_state.get(session.EVALUATED) not in by_folder:
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
if ended:
    say_ended(ended, view)
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
