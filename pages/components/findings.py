"""What a model found in a study, worked out once a reading. It shows nothing."""

from __future__ import annotations

import streamlit as st

from pages.components.reading_name import ReadingName, reading_name
from seg_core.study import Reading
from seg_core.triage.findings import Finding, find_findings


def findings_of(study_id: str, reading: Reading) -> tuple[list[Finding], int]:
    """At the reading's own pixel threshold, the largest first, and how many specks are left out."""
    return _findings(reading_name(study_id, reading), reading)


@st.cache_data(max_entries=32, show_spinner=False)
def _findings(name: ReadingName, _reading: Reading) -> tuple[list[Finding], int]:
    return find_findings(_reading)
