"""Models: what each released network is, was measured at, and is for. It runs none of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import streamlit as st
from pydantic import ValidationError

from pages.components.counted import counted
from pages.components.network_drawing import network_html
from pages.components.operating_point_card import measured_masks, show_operating_point
from pages.components.plain_text import plain
from pages.components.workspace import open_workspace
from seg_core.errors import ModelError
from seg_core.models.card import KIND_WORDS, Card, Measured
from seg_core.models.card_text import (
    as_read_words,
    figure,
    interval,
    known_by,
    of_100,
    precision_words,
)
from seg_core.models.registry import ReleasedModel, scan_models, verify
from seg_core.models.routing import default_first
from seg_core.network.settings import UnetSettings

DASH = "\N{EN DASH}"
Rows = list[dict[str, str]]


@st.cache_data(show_spinner="Checking the files of the model", max_entries=64)
def what_is_wrong(
    folder: str, stamps: tuple[tuple[str, int, int], ...], _model: ReleasedModel
) -> str:
    """Why the model's files are not what its card says, or "" when all hold.

    stamps: name, size and time of each file, so that nothing is hashed twice unchanged.
    """
    try:
        verify(_model)
    except ModelError as error:
        return str(error)
    return ""


def stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size in bytes and time of change of each file."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return tuple((p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in files)


def show_none(looked_in: Iterable[Path]) -> None:
    """What to do when no model is installed."""
    with st.container(border=True):
        st.markdown("#### No model is installed")
        st.markdown(
            "No study can be read until there is one. Train a network on the Training page, then "
            "release the run: `python -m seg_core release RUN --name NAME`."
        )
        st.caption("Looked in " + " and ".join(f"`{folder}`" for folder in looked_in) + ".")


def show_model(model: ReleasedModel) -> None:
    """The whole card of one model."""
    show_head(model)
    left, right = st.columns([1.7, 1], gap="large")
    with left:
        show_operating_point(model.card)
        show_measured(model.card)
        show_costs(model.card)
    with right:
        show_use(model.card)
    show_network(model.card)
    left, right = st.columns(2, gap="large")
    with left:
        show_data(model.card)
    with right:
        show_training(model.card)
    show_files(model)


def show_head(model: ReleasedModel) -> None:
    """Name, state of the files, and what the model is in a sentence."""
    wrong = what_is_wrong(str(model.folder), stamps(model.folder), model)
    files = ":red-badge[files differ]" if wrong else ":green-badge[checksums hold]"
    fit = "calibrated" if model.card.confidence else "not calibrated"
    st.markdown(f"### {model.name}, version {model.version} {files} :gray-badge[{fit}]")
    if wrong:
        st.error(plain(wrong))
    st.markdown(model.card.summary)


def show_measured(card: Card) -> None:
    """A row a figure, a column for those it was measured on; intervals in brackets."""
    st.markdown("##### Measured")
    groups = list(dict.fromkeys(measured_on(m) for m in card.measured))
    found = {(m.name, measured_on(m)): with_interval(m) for m in card.measured}
    names = dict.fromkeys(m.name for m in card.measured)
    rows = [
        {"Figure": unbroken(plain(name))} | {g: found.get((name, g), DASH) for g in groups}
        for name in names
    ]
    show_rows(rows, "Nothing was measured yet.")
    if rows:
        sources = dict.fromkeys(m.source for m in card.measured)
        said = f"In brackets: 95 % interval over patients. From {listed(sources)}."
        st.caption(f"{said}{measured_masks(card)}")


def measured_on(measured: Measured) -> str:
    """On whom a figure was measured."""
    patients = counted(measured.patients, "patient")
    return f"{plain(measured.split)}: {patients}, {counted(measured.slices, 'slice')}"


def with_interval(measured: Measured) -> str:
    """`0.671 (0.559 to 0.766)`, or the figure alone where it has no interval."""
    value = figure(measured.value)
    if measured.low is None or measured.high is None:
        return value
    return unbroken(f"**{value}** ({interval(measured.low, measured.high)})")


def show_costs(card: Card) -> None:
    """What a confidence threshold misses, and what it flags for nothing."""
    st.markdown("##### What a confidence threshold costs")
    rows = [
        {
            "Threshold": f"{c.confidence_threshold:g}",
            "Tumour slices missed": unbroken(of_100(c.missed)),
            "Flagged without outlined tumour": unbroken(of_100(c.empty)),
            "Flagged slices": str(c.flagged_slices),
        }
        for c in card.listed_costs
    ]
    show_rows(rows, "Not measured.")
    if rows:
        on = dict.fromkeys(
            f"{counted(c.tumour_slices, 'tumour slice')} of {c.split}" for c in card.listed_costs
        )
        sources = dict.fromkeys(c.source for c in card.listed_costs)
        st.caption(f"On {', '.join(on)} patients. From {listed(sources)}.")


def show_use(card: Card) -> None:
    """What the model takes, where its thresholds start, and what it is not for."""
    st.markdown("##### Not for")
    st.markdown("\n".join(f"- {line}" for line in card.not_for) or "Nothing stated.")
    st.markdown("##### Input and thresholds")
    st.markdown(
        f"- channels: {', '.join(card.channels)}\n"
        f"- frame: {card.frame.name}, {card.frame.size} × {card.frame.size} pixels\n"
        f"- pixel threshold: {card.pixel_threshold:g}\n"
        f"- confidence threshold: {card.confidence_threshold:g}\n"
        f"- probability: {as_read_words(card.as_read)}\n"
        f"- precision: {precision_words(card.quantised)}"
    )
    st.markdown("##### Confidence")
    fit = card.confidence
    if fit is None:
        st.markdown("Not calibrated: raw scores are shown, and nothing is flagged as certain.")
    else:
        covered = " and ".join(KIND_WORDS[kind] for kind in fit.covers) or "no kind of images"
        st.markdown(
            f"Calibrated ({fit.method}) on {counted(fit.patients, fit.split + ' patient')}, "
            f"{counted(fit.slices, 'slice')}. It covers {covered}; "
            "elsewhere confidence is a raw score."
        )


def show_network(card: Card) -> None:
    """The network as a U, drawn from the card's settings."""
    st.markdown(f"##### Network: {card.parameters:,} parameters")
    try:
        settings = UnetSettings.model_validate(card.network)
    except ValidationError:
        show_rows(named(card.network), "The card does not say.")
        st.caption("Of another builder than the plain U-Net, so it is not drawn.")
        return
    st.html(network_html(settings))


def show_data(card: Card) -> None:
    """What the model was trained on."""
    st.markdown("##### Training data")
    data = card.data
    parts = ", ".join(f"{name} {count}" for name, count in data.parts.items()) or DASH
    st.markdown(
        f"**{data.name}**, {data.source}\n"
        f"- {counted(data.patients, 'patient')}, {counted(data.slices, 'slice')}, "
        f"{data.tumour_slices:,} with tumour\n"
        f"- {known_by(data)}\n"
        f"- split by {data.split_by}; patients: {parts}\n"
        f"- split fingerprint `{data.split_fingerprint}`\n"
        f"- licence of the data: {data.licence}\n"
        f"- licence of the model: {card.licence}"
    )


def show_training(card: Card) -> None:
    """The runs behind the model, and their recipes."""
    st.markdown("##### Training")
    if card.beside:
        where = ", where the first is in doubt" if card.second_opinion else ""
        networks = counted(1 + len(card.beside), "network")
        st.caption(f"{networks} read together: their logits' mean{where}")
    for run in (card.training, *card.beside):
        device = f", on {run.device}" if run.device else ""
        st.markdown(f"Run `{run.run}`: {run.epochs} epochs, best epoch {run.best_epoch}{device}")
        with st.expander(f"Recipe of {run.run}"):
            show_rows(named(run.recipe), "The card does not say.")
    st.caption(f"Released {card.created}")


def show_files(model: ReleasedModel) -> None:
    """Where the model lies, and the sums of its files."""
    with st.expander("Files and checksums"):
        st.caption(f"`{model.folder}`")
        sums = sorted(model.card.files.items())
        rows = [{"File": plain(name), "SHA-256": plain(sha)} for name, sha in sums]
        show_rows(rows, "None named.")


def show_rows(rows: Rows, when_empty: str) -> None:
    """A table of Markdown cells, or a sentence when there is nothing to show."""
    if not rows:
        st.caption(when_empty)
        return
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    cells = [" | ".join(line) for line in lines]
    st.markdown("\n".join(f"| {line} |" for line in cells))


def listed(sources: Iterable[str]) -> str:
    """Folders of an evaluation, as they stand on the card."""
    return ", ".join(f"`{source}`" for source in sources)


def unbroken(text: str) -> str:
    """Words that stay on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def named(settings: dict[str, object]) -> Rows:
    """Settings as rows of words that Markdown shows as they are."""
    return [
        {"Setting": plain(name), "Value": plain(str(value))} for name, value in settings.items()
    ]


workspace = open_workspace()
models, refused = scan_models(workspace.settings)
for entry in refused:
    st.error(plain(entry.reason))
if not models:
    show_none((workspace.settings.models, workspace.settings.shipped_models))
else:
    labels = {model.label: model for model in default_first(models)}
    chosen = next(iter(labels))
    if len(labels) > 1:
        chosen = st.segmented_control("Model", labels, default=chosen, required=True) or chosen
    show_model(labels[chosen])
