"""The record of the reviewer who sits here, line by line, and as a file. It changes no line."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict

import pandas as pd
import streamlit as st

from pages.components.counted import counted
from pages.components.hashed_download import offer
from pages.components.workspace import Workspace
from seg_core.inference.output_names import safe_name
from seg_core.notice import NOTICE
from seg_core.spreadsheet import spreadsheet_cell
from seg_core.store import Seat
from seg_core.store.acts import ActRow
from seg_core.triage.ranges import format_ranges, ranges_of

NEWEST = 500
"""Lines that the page shows; the file holds all."""

COLUMNS = {
    "Line": st.column_config.NumberColumn(width=60),
    "Time (UTC)": st.column_config.TextColumn(width=160),
    "Act": st.column_config.TextColumn(width=80),
    "Study": st.column_config.TextColumn(width=200),
    "Mode": st.column_config.TextColumn(width=90),
    "Model": st.column_config.TextColumn(width=130),
    "SHA-256": st.column_config.TextColumn(width=110),
    "Thresholds": st.column_config.TextColumn(width=100, help="Of pixels, of confidence"),
    "Details": st.column_config.TextColumn(width="large"),
}


def show_record(workspace: Workspace, seat: Seat) -> None:
    """This reviewer's own lines, newest first, and all of them to download."""
    if not seat.taken:
        st.info("Without a name nothing is recorded. Sit down to see your record.")
        return
    lines = workspace.room.record(seat.reviewer)
    st.caption(
        f"{counted(len(lines), 'line')}. Lines are only ever added; times are UTC, and the name is "
        "recorded as typed, not authenticated."
    )
    st.dataframe(_table(lines[::-1][:NEWEST]), hide_index=True, column_config=COLUMNS)
    content = as_csv(lines)
    digest = hashlib.sha256(content).hexdigest()[:16]
    name = f"record_{safe_name(seat.reviewer)}_research-use-only_{digest}.csv"
    offer("Download the record", content, name, "text/csv")


def as_csv(lines: list[ActRow]) -> bytes:
    """Every line with every field; the notice first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([NOTICE])
    writer.writerow(ActRow.__dataclass_fields__)
    for line in lines:
        fields = asdict(line) | {"details": json.dumps(line.details, ensure_ascii=False)}
        writer.writerow(["" if v is None else spreadsheet_cell(str(v)) for v in fields.values()])
    return text.getvalue().encode()


def _table(lines: list[ActRow]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Line": [line.seq for line in lines],
            "Time (UTC)": [line.time[:19].replace("T", " ") for line in lines],
            "Act": [line.act for line in lines],
            "Study": [line.study or "" for line in lines],
            "Mode": [line.mode for line in lines],
            "Model": [
                f"{line.model_name}/{line.model_version}" if line.model_name else ""
                for line in lines
            ],
            "SHA-256": [(line.model_sha256 or "")[:12] for line in lines],
            "Thresholds": [_thresholds(line) for line in lines],
            "Details": [_details(line.details) for line in lines],
        }
    )


def _thresholds(line: ActRow) -> str:
    """Of pixels and of confidence, where something of a model was shown."""
    both = (line.pixel_threshold, line.confidence_threshold)
    return " · ".join(f"{one:g}" for one in both if one is not None)


def _details(details: Mapping[str, object]) -> str:
    """`list Main, slices 1-20, markers 2`: slices as ranges, marks counted, nothing empty."""
    said = []
    for name, value in details.items():
        if isinstance(value, list):
            marks = bool(value) and isinstance(value[0], dict)
            value = len(value) if marks else format_ranges(ranges_of(value))
        if value not in (None, ""):
            said.append(f"{name.replace('_', ' ')} {value}")
    return ", ".join(said)
