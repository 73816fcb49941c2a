"""Triage: every slice's confidence, the flagged ones as ranges, most suspicious first.

It never says that a brain is normal: below the threshold it says to read on.
"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from pages.components import session
from pages.components.thumbnails import MODEL_COLOUR, TRUTH_COLOUR, grey_or_colour, thumbnail
from pages.components.workspace import Workspace, open_workspace
from seg_core.errors import SecondReaderError
from seg_core.metrics import dice
from seg_core.models.card import Card, Cost
from seg_core.models.card_text import of_100
from seg_core.study import Reading, Study
from seg_core.triage.ranges import flagged_ranges, flags, format_ranges

DASH = "\N{EN DASH}"
TICKS = (
    *(round(0.5 + 0.01 * i, 4) for i in range(40)),
    *(round(0.9 + 0.0025 * i, 4) for i in range(36)),
    *(round(0.99 + 0.0005 * i, 4) for i in range(19)),
)
"""Of the threshold's slider, finer towards 1, where the decision lies."""
PICTURES = 12
"""Thumbnails at once."""
A_ROW = 6
RECENT = 200
"""Studies that can be chosen from without going to Home."""
ABOVE, BELOW = "#ff9d2e", "#4b5663"


def choose_study(workspace: Workspace) -> str | None:
    """The study to look at: the open one, or one of the newest."""
    rows = {row.id: row.name for row in workspace.shelf.recent(RECENT)}
    current = session.current_study()
    if current and current not in rows and (row := workspace.shelf.row(current)):
        rows = {row.id: row.name} | rows
    if not rows:
        st.info("No study has been opened yet. Open one on Home or in the Viewer.")
        return None
    ids = list(rows)
    chosen = st.selectbox(
        "Study",
        ids,
        index=ids.index(current) if current in rows else 0,
        format_func=rows.__getitem__,
    )
    if chosen != current:
        session.choose_study(chosen)
    return chosen


def choose_reading(workspace: Workspace, study_id: str) -> Reading | None:
    """The chosen model's reading, made at a press of a button where there is none."""
    labels = [model.label for model in workspace.models()]
    newest = workspace.shelf.reading_row(study_id)
    if newest and newest.model not in labels:
        labels.insert(0, newest.model)
    start = labels.index(newest.model) if newest else 0
    wanted = st.selectbox("Model", labels, index=start, placeholder="No model is installed")
    if wanted is None:
        st.warning(
            "No model is installed, so nothing can read this study. Train a network on the "
            "Training page, then type `python -m seg_core release RUN --name NAME`."
        )
        return None
    name, _, version = wanted.partition("/")
    reading = workspace.reading(study_id, name, version)
    if reading is None and st.button(f"Let {wanted} read this study", type="primary"):
        reading = read_now(workspace, study_id, wanted)
    return reading


def read_now(workspace: Workspace, study_id: str, wanted: str) -> Reading | None:
    """Let the model read, with its progress; a plain sentence where that cannot be."""
    bar = st.progress(0.0, "The model is being loaded")
    try:
        return workspace.read_study(
            study_id,
            wanted,
            progress=lambda done, total: bar.progress(done / total, f"{done} of {total} slices"),
        )
    except SecondReaderError as error:
        st.error(str(error))
        return None
    finally:
        bar.empty()


def find_card(workspace: Workspace, reading: Reading) -> Card | None:
    """The card of the model that read, or None when it is no longer installed."""
    label = f"{reading.model_name}/{reading.model_version}"
    return next((m.card for m in workspace.models() if m.label == label), None)


def choose_threshold(reading: Reading) -> float:
    """The confidence threshold, from the card's own."""
    ticks = sorted({*TICKS, round(reading.confidence_threshold, 4)})
    return st.select_slider(
        "Confidence threshold",
        ticks,
        value=round(reading.confidence_threshold, 4),
        format_func=lambda tick: f"{tick:g}",
    )


def say_flagged(reading: Reading, threshold: float) -> None:
    """What stands out, in one sentence, and that the rest is to be read too."""
    order = np.argsort(-reading.confidence, kind="stable")
    first = ", ".join(f"{i + 1} ({reading.confidence[i]:.3f})" for i in order[:5])
    above = reading.confidence >= np.float32(threshold)
    if not reading.calibrated:
        st.warning(
            "**Not calibrated.** These are raw scores of this model, not a measured confidence "
            "for this kind of images, so nothing is flagged as certain. "
            f"Read on, most suspicious first: {first}.",
            icon=":material/straighten:",
        )
    elif above.any():
        ranges = format_ranges(flagged_ranges(flags(reading, threshold)))
        st.markdown(
            f"#### Flagged: {ranges}\n{int(above.sum())} of {len(above)} slices at or above "
            f"{threshold:g}. The others are not cleared: read on, most suspicious first."
        )
    else:
        st.markdown(
            f"#### No slice reaches {threshold:g}\nThat clears nothing: read on, most suspicious "
            f"first: {first}."
        )


def say_costs(card: Card | None, reading: Reading, threshold: float) -> None:
    """What the threshold costs, as measured, or that it was not measured."""
    costs = card.costs if card and reading.calibrated else ()
    if not costs:
        st.caption("What this threshold costs was not measured for this model and these images.")
        return
    cost: Cost = min(costs, key=lambda c: abs(c.confidence_threshold - threshold))
    st.caption(
        f"Measured at {cost.confidence_threshold:g} on {cost.split} patients: of 100 tumour slices "
        f"missed: {of_100(cost.missed)}; of 100 flagged slices without outlined tumour: "
        f"{of_100(cost.empty)} (95 % interval over patients)."
    )


def show_strip(study: Study, reading: Reading, threshold: float, show_truth: bool) -> None:
    """A bar a slice; a click on one opens it."""
    numbers = np.arange(1, len(study) + 1)
    above = reading.confidence >= np.float32(threshold)
    figure = go.Figure(
        go.Bar(
            x=numbers,
            y=reading.confidence,
            marker_color=np.where(above, ABOVE, BELOW),
            hovertemplate="slice %{x}<br>%{y:.3f}<extra></extra>",
        )
    )
    figure.add_hline(threshold, line={"color": "#d7dde5", "width": 1, "dash": "dot"})
    if show_truth and study.truth is not None:
        held = numbers[study.truth.any(axis=(1, 2))]
        marks = {"symbol": "square", "size": 7, "color": "#4fc3ff"}
        figure.add_scatter(
            x=held, y=[-0.05] * len(held), mode="markers", marker=marks, hoverinfo="skip"
        )
    figure.update_layout(
        height=190,
        margin={"l": 40, "r": 8, "t": 8, "b": 36},
        bargap=0.15,
        showlegend=False,
        dragmode=False,
        xaxis={"title": "slice", "fixedrange": True, "range": [0.4, len(study) + 0.6]},
        yaxis={"range": [-0.1, 1.02], "fixedrange": True, "tickvals": [0, 0.5, 1]},
    )
    clicked = st.plotly_chart(
        figure,
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False},
    )
    if clicked.selection.points:
        session.open_study(st.session_state[session.STUDY], int(clicked.selection.points[0]["x"]))


def show_pictures(study_id: str, study: Study, reading: Reading, show_truth: bool) -> None:
    """The most suspicious slices with contours, each a click away from the viewer."""
    order = np.argsort(-reading.confidence, kind="stable")[:PICTURES]
    masks = reading.probability[order] >= np.float32(reading.pixel_threshold)
    for start in range(0, len(order), A_ROW):
        cells = zip(st.columns(A_ROW), order[start : start + A_ROW], masks[start:], strict=False)
        for column, index, mask in cells:
            contours = [(mask, MODEL_COLOUR)]
            if show_truth and study.truth is not None:
                contours.insert(0, (study.truth[index], TRUTH_COLOUR))
            address = thumbnail(grey_or_colour(study, index), contours)
            label = f"{index + 1} · {reading.confidence[index]:.3f}"
            with column.container(key=f"picture-{index + 1}", gap=None):
                st.html(f'<img src="{address}" alt="slice {index + 1}" style="width:100%">')
                if st.button(label, key=f"slice-{index + 1}", width="stretch"):
                    session.open_study(study_id, int(index) + 1)


def slice_rows(
    study: Study, reading: Reading, threshold: float, show_truth: bool
) -> list[dict[str, object]]:
    """A row a slice, most suspicious first."""
    flagged = flags(reading, threshold)
    masks = reading.mask()
    rows: list[dict[str, object]] = []
    for i in np.argsort(-reading.confidence, kind="stable"):
        row: dict[str, object] = {
            "slice": int(i) + 1,
            "confidence": float(reading.confidence[i]),
            "flagged": "flagged" if flagged[i] else "",
            "area_px": int(masks[i].sum()),
            "file": study.files[i],
        }
        if show_truth and study.truth is not None:
            row["truth_px"] = int(study.truth[i].sum())
            row["dice"] = dice(masks[i], study.truth[i])
        rows.append(row)
    return rows


def show_table(study_id: str, rows: list[dict[str, object]]) -> None:
    """All slices; a click on a row's box opens it."""
    chosen = st.dataframe(
        rows,
        hide_index=True,
        height=min(36 * (len(rows) + 1), 400),
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "slice": st.column_config.NumberColumn("Slice", width="small"),
            "confidence": st.column_config.ProgressColumn(
                "Confidence", format="%.3f", min_value=0.0, max_value=1.0
            ),
            "flagged": st.column_config.TextColumn("Flagged", width="small"),
            "area_px": st.column_config.NumberColumn("Mask, pixels"),
            "file": "File",
            "truth_px": st.column_config.NumberColumn("Truth, pixels"),
            "dice": st.column_config.NumberColumn("Dice of the slice", format="%.3f"),
        },
    )
    if chosen.selection.rows:
        session.open_study(study_id, int(str(rows[chosen.selection.rows[0]]["slice"])))


def show_study(workspace: Workspace, study_id: str, reading: Reading) -> None:
    """One study with its reading."""
    study = workspace.study(study_id)
    left, right = st.columns([2, 1], gap="large")
    with right:
        threshold = choose_threshold(reading)
        say_costs(find_card(workspace, reading), reading, threshold)
        show_truth = study.truth is not None and st.toggle("Show the truth")
    with left:
        say_flagged(reading, threshold)
    show_strip(study, reading, threshold, show_truth)
    show_pictures(study_id, study, reading, show_truth)
    show_table(study_id, slice_rows(study, reading, threshold, show_truth))


workspace = open_workspace()
study_column, model_column = st.columns([2, 1], gap="large")
with study_column:
    study_id = choose_study(workspace)
if study_id is not None:
    with model_column:
        reading = choose_reading(workspace, study_id)
    if reading is not None:
        show_study(workspace, study_id, reading)
