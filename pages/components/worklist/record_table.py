"""The record of the reviewer who sits here, line by line, and as a file. It changes no line."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import asdict

import pandas as pd
import streamlit as st

from pages.components.counted import counted
from pages.components.hashed_download import offer
from pages.components.workspace import Workspace
from seg_core.inference.output_names import safe_name, spreadsheet_cell
from seg_core.inference.summary import NOTICE
from seg_core.store import Seat
from seg_core.store.acts import ActRow

NEWEST = 500
"""Lines that the page shows; the file holds all."""


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
    st.dataframe(_table(lines[::-1][:NEWEST]), hide_index=True)
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
            "Time (UTC)": [line.time for line in lines],
            "Act": [line.act for line in lines],
            "Study": [line.study or "" for line in lines],
            "Mode": [line.mode for line in lines],
            "Model": [
                f"{line.model_name}/{line.model_version}" if line.model_name else ""
                for line in lines
            ],
            "SHA-256": [(line.model_sha256 or "")[:12] for line in lines],
            "Pixel threshold": [line.pixel_threshold for line in lines],
            "Confidence threshold": [line.confidence_threshold for line in lines],
            "Details": [json.dumps(line.details, ensure_ascii=False) for line in lines],
        }
    )
