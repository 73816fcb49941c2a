"""An evaluation's tables as a page shows them. It computes no figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from pages.components.plain_text import plain
from seg_core.evaluation.analysis import Analysis
from seg_core.evaluation.breakdown import Group
from seg_core.evaluation.html_report import DASH, empty_words, number, size_words, span
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.report import PAPER_SPLIT, Evaluation, as_table

GROUP_HEAD = ("patients", "slices", "with tumour", "F1 over all pixels", "mean Dice of a patient",
              "95 % over patients", "median", "missed slices", "false alarms")  # fmt: skip


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table of words, figures to the right; names of patients and files are shown as they are."""
    align = ["---", *["---:"] * (len(head) - 1)]
    cells = [[plain(str(cell)) for cell in row] for row in rows]
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in (head, align, *cells)))


def paper_table(evaluation: Evaluation) -> None:
    """The paper's table beside the paper's values, and the slices on which Dice says nothing."""
    head = ("", "measured here", "95 % over patients", "the paper")
    rows = [[cell if cell != "-" else DASH for cell in row] for row in as_table(evaluation)]
    on = f"{evaluation.part}, split by {evaluation.split_kind}"
    table(head, [("measured on", on, "", PAPER_SPLIT), *rows])
    st.markdown(empty_words(evaluation))
    st.caption(
        "The paper's split puts slices of one patient on both sides, which flatters. A dash: not "
        "measured, or not known of the paper. F1 over all pixels is Dice over all pixels."
    )


def sensitivity_table(analysis: Analysis) -> None:
    """Sensitivity at the reported specificities."""
    if analysis.roc is None:
        st.caption("Not defined: all slices are of one kind.")
        return
    table(
        ("specificity", "sensitivity", "95 % over patients"),
        [(f"{a.specificity:.2f}", number(a.value), span(a.low, a.high)) for a in analysis.roc.at],
    )


def regions_table(patients: Sequence[MeasuredPatient]) -> None:
    """A row a patient with a lesion not found or a finding that leads nowhere, worst first."""
    rows = sorted(map(_regions_row, patients), key=lambda row: (-row[0], -row[1]))
    some = [row[2] for row in rows if row[0] or row[1]]
    if not some:
        st.caption("Every lesion was found, and no finding is false.")
        return
    head = ("patient", "lesions", "not found", "the largest of them, px",
            "findings", "false", "the strongest of them")  # fmt: skip
    table(head, some)


def _regions_row(patient: MeasuredPatient) -> tuple[int, int, tuple[object, ...]]:
    """(lesions not found, false findings, the row)."""
    lesions = [one for one in patient.regions or () if one.kind == "lesion"]
    findings = [one for one in patient.regions or () if one.kind == "finding"]
    lost = [one.pixels for one in lesions if not one.matched]
    false = [one.strength or 0.0 for one in findings if not one.matched]
    row = (
        patient.patient,
        len(lesions),
        len(lost),
        f"{max(lost):,}" if lost else DASH,
        len(findings),
        len(false),
        number(max(false, default=None)),
    )
    return len(lost), len(false), row


def reliability_table(analysis: Analysis) -> None:
    """The ten bins."""
    if analysis.reliability is None:
        return
    table(
        ("confidence", "slices", "mean", "with tumour"),
        [
            (
                f"{b.low:.1f} to {b.high:.1f}",
                f"{b.slices:,}",
                number(b.confidence),
                number(b.tumour),
            )
            for b in analysis.reliability.bins
        ],
    )


def group_tables(analysis: Analysis) -> None:
    """A table a trait, then the sizes of lesions."""
    for trait in dict.fromkeys(group.trait for group in analysis.groups):
        st.markdown(f"##### By {trait}")
        rows = [group_row(group) for group in analysis.groups if group.trait == trait]
        table((trait, *GROUP_HEAD), rows)
    known = {group.trait for group in analysis.groups}
    if not known & {"channels", "noise"}:
        st.caption(
            "Image quality was not looked at, nor data.csv: evaluate anew on a data set for groups "
            "by histological type, grade, channels and noise."
        )
    st.caption(
        "Type and grade are the codes of data.csv. Noise: thirds of these patients. No interval "
        "below three patients; small groups have wide ones."
    )
    st.markdown("##### By size of the lesion in the slice")
    table(
        ("truth in the slice", "slices", "mean Dice of a slice", "median", "missed slices"),
        [
            (size_words(s), s.slices, number(s.dice_mean), number(s.dice_median), s.missed)
            for s in analysis.sizes
        ],
    )


def group_row(group: Group) -> tuple[object, ...]:
    return (
        group.name,
        group.patients,
        f"{group.slices:,}",
        f"{group.tumour_slices:,}",
        number(group.f1),
        number(group.dice_mean),
        span(group.dice_low, group.dice_high),
        number(group.dice_median),
        group.missed,
        group.false_alarms,
    )
