"""Three ways to open studies: demo, folder of the data roots, upload. It shows no study."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.arrivals import take_in, take_results_in
from pages.components.plain_text import plain
from pages.components.refused_files import refused_files
from pages.components.segmenting import ask_for
from pages.components.workspace import Workspace
from seg_core.errors import SecondReaderError

Then = Callable[[list[str]], None] | None

OPENED_TYPES = ("tif", "tiff", "png", "jpg", "jpeg", "dcm", "dicom", "ima", "nii", "gz", "zip")
MOST_LISTED = 5000
"""Entries of a folder that are offered; of more the rest is said to be missing."""

MOST_WORDED = 12
"""Files that were not opened whose reasons stand as sentences; more of them as a table."""


def study_opener(workspace: Workspace, then: Then = None, *, below: bool = False) -> None:
    """The three ways side by side, or one below the other where there is little room. A study
    that was opened becomes the current one.

    then: called with the ids of what arrived instead, before the page is drawn anew.
    """
    demo, folder, upload = (
        (st.container(), st.container(), st.container()) if below else st.columns(3, gap="medium")
    )
    with demo.container(border=True):
        st.markdown("**Demo study**")
        st.caption("A computed phantom of a brain with a lesion and its exact outline.")
        if st.button("Open the demo", type="primary", key="open_demo"):
            _arrived(workspace, [workspace.add_demo()], then)
    with folder.container(border=True):
        st.markdown("**Folder on the server**")
        _folder_browser(workspace, then)
    with upload.container(border=True):
        st.markdown("**Upload**")
        _uploader(workspace, then)
    _say_refused()


def _folder_browser(workspace: Workspace, then: Then) -> None:
    roots = workspace.settings.data_roots
    if not roots:
        st.caption(
            "No folder may be opened yet. Start the app with SECOND_READER_DATA set to the "
            "folders that hold studies."
        )
        return
    here = session.browsed_folder(roots[0])
    if not workspace.settings.allows(here):
        here = roots[0]
    _way_up(roots, here)
    everything = list_folder(here)
    inside = everything[:MOST_LISTED]
    of = f" of {len(everything):,}" if len(everything) > len(inside) else ""
    wanted = st.selectbox(
        "Folder, zip, image or volume",
        inside,
        format_func=lambda path: path.name + ("/" if path.is_dir() else ""),
        index=None,
        placeholder=f"{len(inside):,}{of} entries; type to filter",
        key=f"entry_{here}",
    )
    is_folder = wanted is not None and wanted.is_dir()
    if st.button("Look inside", disabled=not is_folder, width="stretch"):
        session.browse(wanted)
        st.rerun()
    if st.button("Open this", type="primary", disabled=wanted is None, width="stretch"):
        open_path(workspace, wanted, then)


def _way_up(roots: Sequence[Path], here: Path) -> None:
    """Where the browser stands: the data roots to choose from, and the folder above."""
    if len(roots) > 1:
        root = next(r for r in roots if here.is_relative_to(r))
        chosen = st.selectbox(
            "Data root",
            roots,
            index=list(roots).index(root),
            format_func=lambda r: _named_apart(r, roots),
            help=str(root),
        )
        if chosen != root:
            session.browse(chosen)
            st.rerun()
    if here not in roots:
        st.caption(f"In {here.name}")
        if st.button("Up", icon=":material/arrow_upward:"):
            session.browse(here.parent)
            st.rerun()


def _named_apart(root: Path, roots: Sequence[Path]) -> str:
    """As little of the end of a root's path as tells it from the others."""
    for parts in range(1, len(root.parts)):
        name = "/".join(root.parts[-parts:])
        if not any("/".join(one.parts[-parts:]) == name for one in roots if one != root):
            return name
    return str(root)


def list_folder(folder: Path) -> list[Path]:
    """Sub-folders and files that may be opened, hidden ones left out, sorted by name.

    Empty for a folder that this server may not read.
    """
    try:
        there = list(folder.iterdir())
    except OSError:
        return []
    kept = [
        path
        for path in there
        if not path.name.startswith(".")
        and (path.is_dir() or path.suffix.lower().lstrip(".") in OPENED_TYPES)
    ]
    return sorted(kept, key=lambda path: (not path.is_dir(), path.name.lower()))


def _uploader(workspace: Workspace, then: Then) -> None:
    # of any type: scanners' files often have no ending, and a folder dropped holds more than slices
    given = st.file_uploader(
        "Slices with their masks, DICOM series (their whole folder may be dropped), a NIfTI "
        "volume, or a zip of a patient's folder",
        accept_multiple_files=True,
        key=session.uploader_key(),
    )
    if given and st.button("Open the upload", type="primary"):
        _open_upload(workspace, [(file.name, file.getvalue()) for file in given], then)


def open_path(workspace: Workspace, path: Path, then: Then = None) -> None:
    """Open what lies at `path`, below a data root: studies, or results that `segment` wrote."""
    from seg_core.inference.results_folder import find_results
    from seg_core.readers import find_studies

    if not workspace.settings.allows(path):
        st.error(
            f"{plain(path.name)}: lies outside the folders of SECOND_READER_DATA. Nothing was read."
        )
        return
    results = [folder for folder in find_results(path) if workspace.settings.allows(folder)]
    if results:
        _arrived(workspace, take_results_in(workspace, results), then)
    try:
        sources = find_studies(path)
    except SecondReaderError as error:
        st.error(plain(str(error)))
        return
    _arrived(workspace, take_in(workspace, sources, []), then)


def _open_upload(workspace: Workspace, files: list[tuple[str, bytes]], then: Then) -> None:
    from seg_core.readers.upload import sources_from_upload

    with tempfile.TemporaryDirectory(prefix="second-reader-") as staging:
        try:
            sources, refused = sources_from_upload(files, Path(staging))
        except SecondReaderError as error:
            st.error(plain(str(error)))
            return
        session.empty_uploader()
        _arrived(workspace, take_in(workspace, sources, refused), then)


def _arrived(workspace: Workspace, study_ids: list[str], then: Then) -> None:
    """Show the first; a model reads the others meanwhile, and the worklist has them all."""
    if then is not None:
        then(study_ids)
    elif study_ids:
        ask_for(workspace, study_ids[1:])
        if len(study_ids) > 1:
            st.toast(f"{len(study_ids)} studies opened. The Worklist has them all.")
        session.choose_study(study_ids[0])
    st.rerun()


def _say_refused() -> None:
    refused = session.refused()
    if refused:
        with st.container(border=True):
            st.markdown(f"**Not opened: {len(refused)}**")
            if len(refused) > MOST_WORDED:
                refused_files(refused)
                return
            for file, reason in refused:
                st.markdown(f"{plain(file)}: {plain(reason)}")
