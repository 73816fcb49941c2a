"""Triage: every slice's confidence, the flagged ones as ranges, most suspicious first.

It never says that a brain is normal: below the threshold it says to read on.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace

import numpy as np
import streamlit as st

from pages.components import session
from pages.components.cautions import cautions, say_not_read
from pages.components.confidence_figure import confidence_figure, cut_confidence
from pages.components.confidence_strip import confidence_strip
from pages.components.counted import counted
from pages.components.desk import Desk, desk_at
from pages.components.findings_table import show_findings
from pages.components.hashed_download import offer
from pages.components.picture_grid import picture_grid
from pages.components.plain_text import plain
from pages.components.reading_bar import choose_model, model_that_read, read_by, reading_of
from pages.components.still_chart import still_chart
from pages.components.study_choice import choose_study
from pages.components.workspace import Workspace, open_workspace
from seg_core.errors import SecondReaderError
from seg_core.evaluation.costs import COST_THRESHOLDS
from seg_core.inference.output_names import safe_name
from seg_core.inference.reading_files import triage_table
from seg_core.models import ReleasedModel
from seg_core.models.card import Cost
from seg_core.models.card_text import of_100
from seg_core.study import Reading, Study
from seg_core.triage.ranges import flagged_ranges, flags, format_ranges

PICTURES, MOST_PICTURES = 12, 36
"""Pictures shown: at least the first, and all flagged ones up to the second."""
NOTHING_CHOSEN = (
    "Choose a study to see which of its slices the model flags. Whoever has seen them can no "
    "longer read the study first."
)
NAMED_FIRST = 5
"""Most suspicious slices that the headline names."""


def choose_threshold(reading: Reading) -> float:
    """The confidence threshold; it starts from the card's own."""
    own = round(reading.confidence_threshold, 4)
    return st.select_slider(
        "Confidence threshold",
        sorted({*COST_THRESHOLDS, own}),
        value=own,
        format_func=lambda tick: f"{tick:g}",
        disabled=not reading.calibrated,  # nothing is flagged, whatever it says
    )


def say_flagged(reading: Reading, threshold: float) -> None:
    """What stands out, in a headline and a sentence; the rest is to be read too."""
    order = np.argsort(-reading.confidence, kind="stable")[:NAMED_FIRST]
    first = ", ".join(f"{i + 1} ({confidence_figure(reading.confidence[i])})" for i in order)
    flagged = flags(reading, threshold)
    if not reading.calibrated:
        st.markdown(
            f"#### Nothing is flagged: not calibrated\nRead on, most suspicious first: {first}."
        )
    elif flagged.any():
        st.markdown(
            f"#### Flagged: {format_ranges(flagged_ranges(flagged))}\n"
            f"{int(flagged.sum())} of {counted(len(flagged), 'slice')} at or above {threshold:g}. "
            "The others are not cleared: read on, most suspicious first."
        )
    else:
        st.markdown(
            f"#### No slice reaches {threshold:g}\n"
            f"That clears nothing: read on, most suspicious first: {first}."
        )


def say_calibration(
    study: Study, reading: Reading, model: ReleasedModel | None, truth: bool
) -> None:
    """Why these numbers are raw scores, where they are. truth: whether it may be seen."""
    for caution in cautions(study, reading, model, truth=truth):
        st.warning(f"**{caution.heading}:** {caution.reason}.", icon=caution.icon)


def cost_at(reading: Reading, model: ReleasedModel | None, threshold: float) -> Cost | None:
    """What the card says of the measured threshold nearest to this one; None for raw scores."""
    costs = model.card.costs if model and reading.calibrated else ()
    return min(costs, key=lambda c: abs(c.confidence_threshold - threshold), default=None)


def say_missed(cost: Cost | None) -> None:
    """How much tumour that threshold missed, where it was measured: few flags clear nothing."""
    if cost is None or cost.missed is None:
        return
    missed = of_100(cost.missed, "tumour slices")
    st.markdown(
        f"At {cost.confidence_threshold:g} this model missed **{missed}** on {cost.split} patients."
    )


def say_costs(cost: Cost | None, model: ReleasedModel | None) -> None:
    """What the threshold costs, as measured, or that it was not measured."""
    if cost is None:
        st.caption("What this threshold costs was not measured for this model and these images.")
        return
    st.caption(
        f"Measured at {cost.confidence_threshold:g} on {cost.split} patients "
        "(95 % interval over patients)  \n"
        f"Tumour slices missed: **{of_100(cost.missed)}**  \n"
        f"Flagged slices without outlined tumour: **{of_100(cost.empty)}**{said_of_none(cost)}"
    )
    if model is not None and model.card.confidence is not None:
        st.caption(model.card.confidence.caveat)


def said_of_none(cost: Cost) -> str:
    """Why there is no interval where nothing was counted: the bootstrap has none to draw from."""
    if cost.empty is None or cost.empty.value > 0 or cost.empty.low is not None:
        return ""
    return f" (none among {counted(cost.flagged_slices, 'flagged slice')}, so no interval)"


def show_strip(study: Study, reading: Reading, threshold: float, show_truth: bool) -> int | None:
    """A bar a slice; the slice clicked, from 1."""
    tumour = study.truth.any(axis=(1, 2)) if show_truth and study.truth is not None else None
    chosen = still_chart(
        confidence_strip(
            reading.confidence, threshold, calibrated=reading.calibrated, holds_tumour=tumour
        ),
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False},
    )
    points = chosen.selection.points
    return int(points[0]["x"]) if points else None


def show_pictures(
    study_id: str, study: Study, reading: Reading, threshold: float, show_truth: bool
) -> int | None:
    """The most suspicious slices with contours; the slice clicked, from 1."""
    flagged = flags(reading, threshold)
    shown = min(max(PICTURES, int(flagged.sum())), MOST_PICTURES)
    order = np.argsort(-reading.confidence, kind="stable")[:shown].tolist()
    left = len(study) - len(order)
    st.caption(
        f"The model's mask at {reading.pixel_threshold:g} in orange"
        + (", the truth in blue" if show_truth else "")
        + (f". In the strip and in the table: {counted(left, 'further slice')}" if left else "")
    )
    return picture_grid(study_id, study, reading, order, flagged, show_truth)


def show_table(
    study: Study, reading: Reading, table: list[list[str]], show_truth: bool
) -> int | None:
    """All slices, most suspicious first; the slice of the row clicked, from 1."""
    head, *lines = table
    order = np.argsort(-reading.confidence, kind="stable")
    hidden = {"area_mm2"} if study.spacing_mm is None else set()
    hidden |= set() if show_truth else {"truth_px", "dice"}
    rows = [
        {
            name: number_or_text(name, cell)
            for name, cell in zip(head, lines[i], strict=True)
            if name not in hidden
        }
        for i in order
    ]
    chosen = st.dataframe(
        rows,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="–",
        column_config={
            "slice": st.column_config.NumberColumn("Slice", width="small"),
            "file": "File",
            "confidence": st.column_config.ProgressColumn(
                "Confidence", format="%.3f", min_value=0.0, max_value=1.0
            ),
            "flagged": st.column_config.CheckboxColumn("Flagged", width="small"),
            "area_px": st.column_config.NumberColumn("Mask, pixels"),
            "area_mm2": st.column_config.NumberColumn("Mask, mm²"),
            "truth_px": st.column_config.NumberColumn("Truth, pixels"),
            "dice": st.column_config.NumberColumn("Dice of the slice", format="%.3f"),
        },
    )
    picked = chosen.selection.rows
    return int(order[picked[0]]) + 1 if picked else None


def number_or_text(column: str, cell: str) -> float | str | bool | None:
    """A cell of the triage table as a browser's table sorts it."""
    if column == "file":
        return cell
    if column == "confidence":
        return cut_confidence(float(cell))
    return cell == "true" if column == "flagged" else float(cell) if cell else None


def offer_table(
    workspace: Workspace,
    desk: Desk,
    study: Study,
    reading: Reading,
    threshold: float,
    table: list[list[str]],
) -> None:
    """The table as triage.csv; its name bears its content, so that no other is served for it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table)
    content = text.getvalue().encode()
    digest = hashlib.sha256(content).hexdigest()[:16]
    read_as = f"{reading.model_name}-{reading.model_version}_at_{threshold:g}"
    name = f"triage_{safe_name(study.name)}_{read_as}_research-use-only_{digest}.csv"

    row = workspace.row_of(desk.study_id, reading)
    shown = row and replace(row, confidence_threshold=threshold)
    offer("Download triage.csv", content, name, "text/csv", study_id=desk.study_id, reading=shown)


def show_study(workspace: Workspace, desk: Desk, reading: Reading) -> None:
    """One study with its reading. Whatever slice is clicked opens in the viewer."""
    study_id = desk.study_id
    study, model = workspace.study(study_id), model_that_read(workspace, reading)
    left, right = st.columns([2, 1], gap="large")
    with right:
        threshold = choose_threshold(reading)
        cost = cost_at(reading, model, threshold)
        say_costs(cost, model)
        show_truth = desk.truth and study.truth is not None and st.toggle("Show the truth")
    with left:
        say_not_read(study)
        say_flagged(reading, threshold)
        say_missed(cost)
        say_calibration(study, reading, model, desk.truth)
        st.caption(plain(read_by(reading)))
    told = study if desk.truth else replace(study, truth=None, truth_known=None)
    table = triage_table(told, reading, reading.pixel_threshold, threshold)
    clicked = show_strip(study, reading, threshold, show_truth)
    clicked = show_findings(study_id, study, reading) or clicked
    clicked = show_pictures(study_id, study, reading, threshold, show_truth) or clicked
    clicked = show_table(study, reading, table, show_truth) or clicked
    offer_table(workspace, desk, study, reading, threshold, table)
    if clicked is not None:
        session.open_study(study_id, clicked)


def say_closed(desk: Desk) -> None:
    """Why nothing of this study is shown, and the two ways on."""
    st.info(
        f"{plain(desk.seat.reviewer)} reads first: the triage of this study opens once your "
        "verdict on it is stored, for its study list is read first. A list's mode is set on the "
        "worklist; a read that goes on keeps the one that it began with.",
        icon=":material/lock:",
    )
    if st.button("Read this study", type="primary", icon=":material/visibility:"):
        session.open_study(desk.study_id)


def page() -> None:
    """Choose a study and a model; show what the model makes of it."""
    workspace = open_workspace()
    study_column, model_column = st.columns([2, 1], gap="large")
    with study_column:
        study_id = choose_study(workspace)
    if study_id is None:
        if workspace.shelf.count():
            st.caption(NOTHING_CHOSEN)
        return
    try:
        desk = desk_at(workspace, study_id, "triage")
        if not desk.open:
            say_closed(desk)
            return
        with model_column:
            wanted = choose_model(workspace)
        reading = reading_of(workspace, study_id, wanted)
        if reading is not None:
            show_study(workspace, desk, reading)
    except SecondReaderError as error:
        session.close_study()
        st.error(plain(str(error)))


page()
