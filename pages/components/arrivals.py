"""Studies that arrive together: each read with a bar of its own, one bad one beside the good ones.

What arrives is put on the shelf; which of it is shown, and whether a model reads it, is the page's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pages.components import session
from pages.components.plain_text import plain
from pages.components.workspace import Workspace
from seg_core.errors import SecondReaderError
from seg_core.study import Skipped

if TYPE_CHECKING:
    from seg_core.readers import StudySource

SHOWN = 5
"""Bars that fit without scrolling."""
HEIGHT = 260


def take_in(
    workspace: Workspace, sources: Sequence[StudySource], refused: Sequence[Skipped]
) -> list[str]:
    """Put every readable study on the shelf; their ids. What was refused is kept for the page."""
    arrived, lost = [], list(refused)
    total = st.progress(0.0, f"0 of {len(sources)} studies")
    with st.container(height=HEIGHT if len(sources) > SHOWN else "content", border=False):
        bars = [st.progress(0.0, f"{plain(source.name)}: waits") for source in sources]
    for done, (source, bar) in enumerate(zip(sources, bars, strict=True), start=1):
        bar.progress(0.3, f"{plain(source.name)}: reading {len(source.files)} files")
        try:
            study = source.open()
            bar.progress(0.8, f"{plain(source.name)}: keeping {len(study)} slices")
            arrived.append(workspace.shelf.add(study))
            bar.progress(1.0, f"{plain(source.name)}: {len(study)} slices")
        except SecondReaderError as error:
            lost.append(Skipped(source.name, str(error)))
            bar.progress(1.0, f":orange[{plain(source.name)}: not read]")
        total.progress(done / len(sources), f"{done} of {len(sources)} studies")
    session.refuse([(skipped.file, skipped.reason) for skipped in lost], arrived)
    return arrived


def take_results_in(workspace: Workspace, folders: Sequence[Path]) -> list[str]:
    """Put what `segment` wrote beside its studies; their ids. What fits none is kept as refused."""
    from seg_core.inference.results_folder import take_results

    taken, lost = [], []
    bar = st.progress(0.0, "Taking results")
    for done, folder in enumerate(folders, start=1):
        try:
            taken.append(take_results(workspace.shelf, folder).id)
        except SecondReaderError as error:
            lost.append((folder.name, str(error)))
        bar.progress(done / len(folders), f"{plain(folder.name)}, {done} of {len(folders)}")
    session.refuse(lost, taken)
    return taken
