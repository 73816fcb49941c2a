"""What is done with a run once it stands: note, tags, release, deletion."""

from __future__ import annotations

import streamlit as st

from pages.components import session
from pages.components.plain_text import plain
from pages.components.training.run_release import draw_release
from seg_core.errors import SecondReaderError
from seg_core.jobs import LocalLauncher
from seg_core.training.board import BoardEntry, delete_run
from seg_core.training.note import RunNote, read_note, tags_of, write_note
from seg_core.training.run_folder import RunFolder


def draw_upkeep(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """The panel behind the button `More`."""
    with st.popover("More", icon=":material/more_horiz:"):
        if entry.folder is not None:
            draw_note(entry.folder)
            draw_release(entry, entry.folder, launcher)
        if not entry.active:
            draw_deletion(entry, launcher)


def draw_note(folder: RunFolder) -> None:
    """Note and tags, written when they are changed."""
    note, keys = read_note(folder.path), [f"{session.RUN_NOTE}{kind}:{folder.id}" for kind in "nt"]
    asked = {"on_change": keep_note, "args": (folder, keys)}
    st.text_area("Note", note.text, key=keys[0], **asked)
    st.text_input("Tags", ", ".join(note.tags), key=keys[1], help="With commas.", **asked)


def keep_note(folder: RunFolder, keys: list[str]) -> None:
    text, tags = (str(st.session_state[key]) for key in keys)
    write_note(folder.path, RunNote(text.strip(), tags_of(tags)))


def draw_deletion(entry: BoardEntry, launcher: LocalLauncher) -> None:
    """Deletion, which nothing brings back; so it is asked for twice."""
    sure = st.checkbox(f"Delete {plain(entry.run_id)} with its states, curves and pictures")
    st.button(
        "Delete for good",
        icon=":material/delete:",
        disabled=not sure,
        on_click=delete,
        args=(entry, launcher),
    )


def delete(entry: BoardEntry, launcher: LocalLauncher) -> None:
    try:
        delete_run(entry, launcher)
    except (SecondReaderError, OSError) as error:
        st.toast(plain(str(error)), icon=":material/error:")
        return
    st.session_state.pop(session.RUN, None)
    st.query_params.pop("run", None)
    st.toast(f"{plain(entry.run_id)} is deleted.", icon=":material/delete:")
