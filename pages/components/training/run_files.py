"""What can be taken along of a run: curves, settings, checkpoints; and TensorBoard's command."""

from __future__ import annotations

import shlex
from pathlib import Path

import streamlit as st

from pages.components.hashed_download import hashed_download, hashed_name, offer
from pages.components.plain_text import plain
from seg_core.errors import SecondReaderError
from seg_core.notice import NOTICE
from seg_core.training.board import BoardEntry
from seg_core.training.checkpoint import checkpoint_zip
from seg_core.training.curves import RunCurves
from seg_core.training.run_folder import RunFolder
from seg_core.training.state import state_folder

CONFIGURATION = {
    "recipe.json": "Recipe: all settings",
    "split.json": "Split: who is in which part",
    "provenance.json": "Provenance: commit, versions, device, data",
}


def draw_files(entry: BoardEntry, folder: RunFolder, curves: RunCurves) -> None:
    """Downloads on the left, where the run lies and how others open it on the right."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Download**")
        draw_curves_file(folder, curves)
        for name, label in CONFIGURATION.items():
            path = folder.path / name
            if path.is_file():
                stem = f"{folder.id}-{path.stem}"
                hashed_download(label, path.read_bytes(), stem, "json", "application/json")
        draw_checkpoints(entry, folder)
        st.caption(f"Names end in the content's SHA-256. {NOTICE}")
    with right:
        st.markdown("**Where it lies**")
        st.code(str(folder.path), language=None, wrap_lines=True)
        st.markdown("**TensorBoard** on this run, and on all runs")
        st.code(tensorboard_commands(folder), language="sh", wrap_lines=True)
        if not (folder.path / "tensorboard").is_dir():
            st.caption("This run has written nothing for it yet.")


def draw_curves_file(folder: RunFolder, curves: RunCurves) -> None:
    if not curves.last_epoch:
        st.caption("Curves as CSV: after the first epoch.")
        return
    stem = f"{folder.id}-curves-research-use-only"
    hashed_download("Curves: a row an epoch", as_csv(curves).encode(), stem, "csv", "text/csv")


def draw_checkpoints(entry: BoardEntry, folder: RunFolder) -> None:
    """The best state, and the last one once nobody writes it any more."""
    states = {"best": folder.best} | ({} if entry.active else {"last": folder.last})
    for name, path in states.items():
        whole = state_folder(path)
        if whole is None:
            st.caption(f"Checkpoint, {name}: none yet.")
            continue
        try:
            stamp = (whole / "progress.json").stat().st_mtime_ns
            content, file_name = _checkpoint(str(path), stamp, folder)
        except (SecondReaderError, OSError) as error:  # replaced in this moment; next look
            st.caption(plain(str(error)))
            continue
        label = f"Checkpoint, {name}: {len(content) / 1e6:,.1f} MB"
        offer(label, content, file_name, "application/zip")


@st.cache_resource(max_entries=2, show_spinner="Packing the checkpoint …")
def _checkpoint(state: str, stamp: int, _folder: RunFolder) -> tuple[bytes, str]:
    """(content, file name)."""
    content = checkpoint_zip(_folder, Path(state))
    return content, hashed_name(f"{_folder.id}-{Path(state).name}", content, "zip")


def tensorboard_commands(folder: RunFolder) -> str:
    """A line for this run, and one for all of them beside each other."""
    one, every = folder.path / "tensorboard", folder.path.parent
    return "\n".join(f"tensorboard --logdir {shlex.quote(str(path))}" for path in (one, every))


def as_csv(curves: RunCurves) -> str:
    """A row an epoch; an empty cell where nothing was measured."""
    rows = curves.rows()
    names = list(rows[0]) if rows else ["epoch"]
    lines = [",".join(names)]
    lines += [
        ",".join("" if row.get(name) is None else f"{row[name]:g}" for name in names)
        for row in rows
    ]
    return "\n".join(lines) + "\n"
