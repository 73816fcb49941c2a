"""The only file that names session-state keys. It keeps no study, only what points to one.

A key is a constant here, read and written through a function with a type; a page
that needs one more adds it in this file.
"""

from __future__ import annotations

import secrets
from pathlib import Path

import streamlit as st

from pages.components.browser_cookie import COOKIE, valid_id

VIEWER_PAGE = Path(__file__).resolve().parent.parent / "viewer.py"
TRIAGE_PAGE = VIEWER_PAGE.with_name("triage.py")

STUDY = "current_study"
"""Id (content digest) of the study on screen."""

SLICE = "requested_slice"
"""Slice to show first, numbered from 1; None leaves the choice to the viewer."""

REQUEST = "slice_request"
"""Counts requests, so that asking twice for the same slice moves the viewer twice."""

MODEL = "chosen_model"
"""`name/version` of the model that the reviewer chose, or None; the key of its select box."""

TOKEN = "viewer_token"
"""This session's key to the bytes it was granted; stable, or the browser would fetch again."""

BROWSER = "browser"
"""Id of this browser where it took no cookie: then of this session alone."""

SEATED = "seated"
"""Reviewer that this session's token was given for."""

OPENED = "opened_reads"
"""Ids of the studies whose opening is in the record: once a session and reviewer."""

DRAFT_READ = "read_draft"
"""(study, draft) that the viewer sent with "Give verdict"; the form is open while it is there."""

NOTED_FILES = "noted_files"
"""Ids of the files that the viewer saved and the record holds: the viewer names them again."""

WORKLIST_SECTION = "worklist_section"
"""Which half of the worklist is shown, such as `Discrepancies`."""

WORKLIST_LIST = "worklist_list"
"""Name of the study list that the worklist shows; None for all of them."""

WORKLIST_NEXT = "worklist_next"
"""The section that the worklist shows at its next run."""

DISCREPANCY = "shown_discrepancy"
"""(study, number) of the discrepancy that the reveal shows."""

ANNOUNCED = "announced"
"""A sentence to say once, on the next page that is shown."""

UPLOAD_ROUND = "upload_round"
"""Part of the uploader's widget key: a new number empties it."""

STUDIES_SHOWN = "studies_shown"
"""How many studies Home lists."""

QUEUED = "queued_studies"
"""How many studies waited for a model when the worklist was last drawn whole."""

FOLDER = "browsed_folder"
"""Folder that the browser of the data roots shows."""

REFUSED = "refused_files"
"""(file, reason) pairs of the last opening, shown until the next one."""

TRAINING_VIEW = "training_view"
"""Which half of the training page is shown: `Runs` or `New run`."""

RUN = "chosen_run"
"""Id of the run whose curves are shown."""

ASKED_PAGE = "asked_page"
"""File of the page that a fragment asked for: it cannot go there itself, or the browser shows
an empty page. There until the page is run as a whole."""

RUN_SECTION = "run_section"
"""Which section of a run is shown, such as `Curves`."""

RUN_NOTE = "run_note:"
"""Begins the keys of the fields for a run's note and tags."""

COMPARED = "compared_runs"
"""Ids of the runs that are laid over each other."""

ALL_SETTINGS = "compare_all_settings"
"""Whether a comparison shows also the settings that are the same in all its runs."""

FOLLOWED = "followed_run"
"""What was gathered of the chosen run's events, and how far its log was read."""

DATASETS = "chosen_datasets"
"""Folders that the next run trains on."""

NEGATIVES = "chosen_negatives"
"""Folders of images without tumour that the next run also trains on."""

DATA_SECTION = "data_section"
"""Which picture of the chosen data sets is shown, such as `Split`."""

DEVICES = "chosen_devices"
"""Names of the devices that the next run computes on, where there are several GPUs."""

RECIPE = "chosen_recipe"
"""Name of the recipe that the next run starts from; the key of its select box."""

DRAFT = "recipe_draft"
"""Settings of the next run by dotted name; kept while the form is not on screen."""

RECIPE_FIELD = "recipe:"
"""Begins the key of each recipe field's widget; the field's dotted name follows."""

EVALUATION_VIEW = "evaluation_view"
"""Which half of the evaluation page is shown: `Finished` or `New evaluation`."""

EVALUATED = "chosen_evaluation"
"""Folder of the evaluation that is shown."""

EVALUATION_ENDED = "evaluation_ended"
"""True once a job has ended and the newest evaluation is to be shown."""

EVALUATION_SECTION = "evaluation_section"
"""Which section of an evaluation is shown, such as `Groups`."""

EVALUATION_PICTURES = "evaluation_pictures"
"""Which of the chosen slices are shown, such as `best`."""

TO_EVALUATE = "to_evaluate"
"""Run or model that the next evaluation measures."""

EVALUATION_DATA = "evaluation_data"
"""Folders of the data sets that the next evaluation measures on."""

GREY_SECTION = "grey_section"
"""Which section of an evaluation of images by class is shown, such as `Gallery`."""

GREY_EVALUATED = "chosen_grey_evaluation"
"""Folder of the evaluation of images by class that is shown."""

GREY_LEAST = "grey_least_px"
"""Pixels of the smallest mask that counts on images by class."""

GREY_THRESHOLD = "grey_threshold"
"""Pixel threshold at which shares of images by class are shown."""

GREY_SUBJECT = "grey_subject"
"""Run or model that is measured next on images by class."""

GREY_DATA = "grey_data"
"""Folders of images by class that are measured next."""

TUNED = "tuned_subject"
"""Run or model whose thresholds are looked at."""

TUNING_DATA = "tuning_data"
"""Folders of the data sets that hold a model's validation patients."""

OPERATING_POINT = "operating_point"
"""(model, pixel threshold, confidence threshold) that wait for a name and a note."""

OPERATING_POINT_AUTHOR = "operating_point_author"
"""Name that was typed beside the last operating point of this session."""

OPERATING_POINT_SAVED = "operating_point_saved"
"""`name/version` of the model that the last operating point became."""

FAILED = "failed_reading"
"""(study, model, reason) of the last reading that could not be made."""


def current_study() -> str | None:
    """Id of the open study: of this session, else the `study` of the page's address."""
    if STUDY not in st.session_state:
        named = st.query_params.get("study")
        if named:
            choose_study(named, _slice_in_address())
    return st.session_state.get(STUDY)


def choose_study(study_id: str, slice_number: int | None = None) -> None:
    """Make a study the current one; `slice_number`, from 1, is shown first."""
    st.session_state[STUDY] = study_id
    st.session_state[SLICE] = slice_number
    st.session_state[REQUEST] = st.session_state.get(REQUEST, 0) + 1


def open_study(study_id: str, slice: int | None = None) -> None:
    """Choose a study and go to the viewer. Ends the page's run when it is another page."""
    choose_study(study_id, slice)
    st.switch_page(str(VIEWER_PAGE))


def close_study() -> None:
    """Forget the current study, in the session and in the page's address."""
    for key in (STUDY, SLICE):
        st.session_state.pop(key, None)
    for name in ("study", "slice"):
        st.query_params.pop(name, None)


def requested_slice() -> int | None:
    """The slice to show first, from 1, or None."""
    return st.session_state.get(SLICE)


def slice_request() -> int:
    """A number that grows with each request for a slice."""
    return int(st.session_state.get(REQUEST, 0))


def viewer_token() -> str:
    """The secret that this session's viewer sends with each fetch, made once."""
    if TOKEN not in st.session_state:
        st.session_state[TOKEN] = secrets.token_urlsafe(32)
    return str(st.session_state[TOKEN])


def browser_id() -> str:
    """This browser's id: its cookie's, else one of this session alone."""
    cookie = valid_id(st.context.cookies.get(COOKIE))
    if cookie is None and BROWSER not in st.session_state:
        st.session_state[BROWSER] = secrets.token_urlsafe(24)
    return cookie or str(st.session_state[BROWSER])


def new_token_for(reviewer: str) -> str | None:
    """Give the session another token once somebody else sits here; the old one, to withdraw."""
    before = st.session_state.get(SEATED)
    st.session_state[SEATED] = reviewer
    if before in (None, reviewer):
        return None
    for key in (OPENED, DRAFT_READ, DISCREPANCY):
        st.session_state.pop(key, None)
    return st.session_state.pop(TOKEN, None)


def opens_now(study_id: str) -> bool:
    """Whether this session opens the study for the first time under this reviewer."""
    opened: set[str] = st.session_state.setdefault(OPENED, set())
    new = study_id not in opened
    opened.add(study_id)
    return new


def keep_draft(study_id: str, draft: object) -> None:
    """Keep what the viewer recorded of a read until its form is shown."""
    st.session_state[DRAFT_READ] = (study_id, draft)


def take_draft(study_id: str) -> object | None:
    """What the viewer sent for this study; asked once, it is gone."""
    kept = st.session_state.pop(DRAFT_READ, None)
    return kept[1] if kept and kept[0] == study_id else None


def noted_files() -> set[str]:
    """Ids of the saved files that are in the record; what is noted next is added to it."""
    found: set[str] = st.session_state.setdefault(NOTED_FILES, set())
    return found


def shown_discrepancy(study_id: str) -> int | None:
    """Number of the discrepancy of this study that the reveal shows, or None."""
    shown = st.session_state.get(DISCREPANCY)
    return shown[1] if shown and shown[0] == study_id else None


def show_discrepancy(study_id: str, number: int) -> None:
    """Let the reveal show this discrepancy."""
    st.session_state[DISCREPANCY] = (study_id, number)


def announce(sentence: str) -> None:
    """Say something on the next page that is shown."""
    st.session_state[ANNOUNCED] = sentence


def announced() -> str | None:
    """What is to be said now; asked once, it is gone."""
    return st.session_state.pop(ANNOUNCED, None)


def chosen_model() -> str | None:
    """`name/version` of the model that the reviewer chose; None leaves it to routing."""
    return st.session_state.get(MODEL)


def browsed_folder(default: Path) -> Path:
    """The folder that the browser of the data roots shows."""
    return Path(st.session_state.get(FOLDER, default))


def browse(folder: Path) -> None:
    """Show another folder; that it may be shown is the caller's to check."""
    st.session_state[FOLDER] = str(folder)


def uploader_key() -> str:
    """Key of the upload widget; a new one empties it."""
    return f"upload_{st.session_state.get(UPLOAD_ROUND, 0)}"


def empty_uploader() -> None:
    """Let the next run show an empty upload widget."""
    st.session_state[UPLOAD_ROUND] = st.session_state.get(UPLOAD_ROUND, 0) + 1


def refuse(files: list[tuple[str, str]]) -> None:
    """Keep the (file, reason) pairs of an opening; an empty list clears them."""
    st.session_state[REFUSED] = files


def refused() -> list[tuple[str, str]]:
    """The (file, reason) pairs of the last opening."""
    return list(st.session_state.get(REFUSED, []))


def reading_failed(study_id: str, model: str | None, reason: str) -> None:
    """Remember that a model could not read a study, so that the page does not try for ever."""
    st.session_state[FAILED] = (study_id, model, reason)


def why_reading_failed(study_id: str, model: str | None) -> str | None:
    """The reason kept for this study and model, or None."""
    failed = st.session_state.get(FAILED)
    return failed[2] if failed and failed[:2] == (study_id, model) else None


def forget_failed_reading() -> None:
    """Let the next run try again."""
    st.session_state.pop(FAILED, None)


def _slice_in_address() -> int | None:
    text = st.query_params.get("slice", "")
    return int(text) if text.isdecimal() and len(text) < 7 else None
