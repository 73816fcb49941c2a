"""An evaluation as one page of HTML that holds everything it shows. It asks no other address."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from seg_core.components import SMALLEST_PX
from seg_core.data.split import SLICE_SPLIT_WARNING
from seg_core.evaluation.analysis import Analysis
from seg_core.evaluation.breakdown import Group, LesionSize
from seg_core.evaluation.froc import Froc, false_words
from seg_core.evaluation.html_parts import section, table
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.panels import as_webp
from seg_core.evaluation.report import PAPER_SPLIT, Evaluation, as_table
from seg_core.evaluation.selection import KINDS
from seg_core.evaluation.stored import StoredPanel
from seg_core.evaluation.svg_charts import bars_svg, froc_svg, reliability_svg, roc_svg
from seg_core.notice import NOTICE

DASH = "\N{EN DASH}"

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c232d; margin: 0 auto; max-width: 1120px;
  padding: 1.5rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid #dde2e8; }
td + td, th + th { text-align: right; } .note { color: #5b6675; } .notice { color: #9a5b00;
  font-weight: 600; } figure { margin: .6rem 0; overflow-x: auto; } figure img { max-width: 100%; }
svg { font: 12px system-ui, sans-serif; } .pair { display: flex; gap: 2.5rem; flex-wrap: wrap; }
summary { cursor: pointer; font-weight: 600; margin: .6rem 0; }
"""

KIND_WORDS = {
    "best": "Best slices",
    "median": "Median slices",
    "worst": "Worst slices",
    "missed": "Missed: tumour slices of which no pixel was found",
    "false alarm": "False alarms: a mask where no tumour is outlined",
}


def html_report(
    evaluation: Evaluation,
    measured: Sequence[MeasuredPatient],
    analysis: Analysis,
    panels: Sequence[StoredPanel],
) -> str:
    """The whole report; pictures are read from the panels' files, one at a time."""
    title = f"{evaluation.subject}: {evaluation.part}"
    sections = (
        _head(evaluation),
        section("The paper's table", _paper(evaluation)),
        section("Dice of each patient", _patients(measured)),
        section("Slices with and without tumour", _slices(analysis)),
        section("Lesions found and false findings", _findings(evaluation, measured, analysis)),
        section("By patient", _groups(analysis.groups)),
        section("By size of the lesion in the slice", _sizes(analysis.sizes)),
        section("Slices to look at", _panels(panels)),
        f'<p class="notice">{NOTICE}</p>',
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}'
        f"</title><style>{STYLE}</style></head><body>{''.join(sections)}</body></html>\n"
    )


def number(value: float | None, digits: int = 3) -> str:
    """A figure, or a dash where it was not measured."""
    return DASH if value is None else f"{value:.{digits}f}"


def span(low: float | None, high: float | None) -> str:
    """An interval, or a dash where there is none."""
    return DASH if low is None or high is None else f"{low:.3f} to {high:.3f}"


def empty_words(evaluation: Evaluation) -> str:
    """The slices on which Dice says nothing, counted apart."""
    empty = evaluation.empty
    return (
        f"Slices without tumour have no Dice and are counted apart: {empty.right_empties:,} right "
        f"empties, {empty.false_alarms:,} false alarms. Of {empty.tumour_slices:,} tumour slices "
        f"{empty.missed_tumour_slices:,} were missed wholly."
    )


def no_froc_words(measured: Sequence[MeasuredPatient]) -> str:
    """Why there is no curve of lesions and findings."""
    if any(patient.regions is None for patient in measured):
        return "Lesions and findings were not counted when this was measured. Evaluate anew."
    return f"Not defined: no patient has a lesion of {SMALLEST_PX} pixels."


def region_words(evaluation: Evaluation) -> str:
    """What counts as a lesion, as a finding, and as found."""
    words = (
        "A lesion is what hangs together in the truth, a finding what hangs together in the mask "
        f"at {evaluation.threshold:g}, in a slice and with the next, from {SMALLEST_PX} pixels of "
        "a 256 x 256 slice on. A lesion is found by a finding that shares a pixel with it; a "
        "finding that shares none with the truth is false. Its strength is the mean of its "
        "strongest pixels."
    )
    if evaluation.split_kind == "slice":
        words += " Here slices lie between those measured: what hangs together may be cut in two."
    return words


FOUND_HEAD = ("false findings a patient", "lesions found", "95 % over patients")


def found_rows(found: Froc) -> list[tuple[str, str, str]]:
    """Lesions found at the reported rates of false findings, and with every finding kept."""
    rows = [
        (f"at most {at.false_per_patient:g}", number(at.value), span(at.low, at.high))
        for at in found.at
    ]
    whole = found.all_kept
    rate = f"all kept: {whole.false_per_patient:.2f} ({span(found.false_low, found.false_high)})"
    return [*rows, (rate, number(whole.value), span(whole.low, whole.high))]


def cautions(evaluation: Evaluation) -> list[str]:
    """Why these figures flatter, or may; empty where nothing is known to."""
    reasons = {
        "train": "The network was trained on these slices: the figures flatter.",
        "validation": "These patients stopped the training and chose its best epoch, and a "
        "released model's confidence was calibrated on them: the figures flatter.",
        "patients never seen, by name alone": "The model's card holds no digests of its training "
        "slices: a training patient under another name passes for one never seen.",
        "all given patients, seen ones too": "Among these patients are some that the training "
        "looked at: the figures flatter.",
    }
    found = [reasons[evaluation.part]] if evaluation.part in reasons else []
    never = evaluation.part.startswith("patients never seen")  # it leaks between parts alone
    leaks = evaluation.split_kind == "slice" and not never
    return [*found, SLICE_SPLIT_WARNING] if leaks else found


def left_out_words(evaluation: Evaluation) -> str:
    """How many files and patients are not among these figures; "" where none is missing."""
    count = len(evaluation.left_out)
    if not count:
        return ""
    words = "1 input was" if count == 1 else f"{count:,} inputs were"
    return f"{words} left out of these figures."


def _left_out(evaluation: Evaluation) -> str:
    if not evaluation.left_out:
        return ""
    rows = table(("left out", "why"), ((one.file, one.reason) for one in evaluation.left_out))
    words = escape(left_out_words(evaluation))
    return f'<details><summary class="notice">{words}</summary>{rows}</details>'


def _head(evaluation: Evaluation) -> str:
    facts = (
        ("patients", f"{evaluation.patients:,}"),
        ("slices", f"{evaluation.slices:,}"),
        ("split by", evaluation.split_kind),
        ("split fingerprint", evaluation.split_fingerprint),
        ("pixel threshold", f"{evaluation.threshold:g}"),
        ("weights", evaluation.weights or DASH),
        ("data sets", ", ".join(evaluation.data) or DASH),
        ("made (UTC)", evaluation.made or DASH),
    )
    warnings = "".join(f'<p class="notice">{escape(one)}</p>' for one in cautions(evaluation))
    return (
        f'<p class="notice">{NOTICE}</p><h1>{escape(evaluation.subject)}</h1>'
        f"<p>Measured on: {escape(evaluation.part)}</p>{warnings}{table((), facts)}"
        f"{_left_out(evaluation)}"
    )


def _paper(evaluation: Evaluation) -> str:
    head = ("figure", "value", "95 % over patients", f"the paper ({PAPER_SPLIT})")
    rows = [[cell if cell != "-" else DASH for cell in row] for row in as_table(evaluation)]
    kind = escape(evaluation.split_kind)
    return (
        f"{table(head, rows)}<p>{escape(empty_words(evaluation))}</p>"
        f'<p class="note">Measured here on a split by {kind}. The paper measured on a '
        f"{PAPER_SPLIT}: slices of one patient lie on both sides, which flatters. A dash: not "
        "measured, or not known of the paper. F1 over all pixels is Dice over all pixels.</p>"
    )


def _patients(measured: Sequence[MeasuredPatient]) -> str:
    order = sorted(measured, key=lambda patient: -1 if patient.dice is None else patient.dice)
    chart = bars_svg([p.patient for p in order], [p.dice for p in order])
    rows = [
        (p.patient, len(p.slices), sum(s.holds_tumour for s in p.slices), number(p.dice))
        for p in order
    ]
    listed = table(("patient", "slices", "with tumour", "Dice"), rows)
    return (
        f"<figure>{chart}</figure>"
        f"<details><summary>{len(rows)} patients</summary>{listed}</details>"
        '<p class="note">All slices of a patient pooled, the empty ones too; worst first.</p>'
    )


def _slices(analysis: Analysis) -> str:
    parts = []
    if analysis.roc is not None:
        rows = [
            (f"{at.specificity:.2f}", number(at.value), span(at.low, at.high))
            for at in analysis.roc.at
        ]
        listed = table(("specificity", "sensitivity", "95 % over patients"), rows)
        parts.append(
            f"<div><h3>AUROC {analysis.roc.auroc:.3f}</h3>{roc_svg(analysis.roc)}{listed}</div>"
        )
    if analysis.reliability is not None:
        found = analysis.reliability
        bins = [
            (f"{b.low:.1f} to {b.high:.1f}", b.slices, number(b.confidence), number(b.tumour))
            for b in found.bins
        ]
        listed = table(("confidence", "slices", "mean", "with tumour"), bins)
        note = "" if found.calibrated else "<p>Not calibrated: this is the slice's raw score.</p>"
        parts.append(
            f"<div><h3>Expected calibration error {found.error:.3f}</h3>"
            f"{reliability_svg(found)}{listed}{note}</div>"
        )
    note = "Over all slices, ten equal-width bins, weighted by their number of slices."
    return f'<div class="pair">{"".join(parts)}</div><p class="note">{note}</p>'


def _findings(
    evaluation: Evaluation, measured: Sequence[MeasuredPatient], analysis: Analysis
) -> str:
    found = analysis.froc
    if found is None:
        return f"<p>{escape(no_froc_words(measured))}</p>"
    listed = table(FOUND_HEAD, found_rows(found))
    return (
        f'<div class="pair"><div>{froc_svg(found)}</div><div>{listed}</div></div>'
        f"<p>{escape(false_words(found))}</p>"
        f'<p class="note">{escape(region_words(evaluation))}</p>'
    )


def _groups(groups: Sequence[Group]) -> str:
    head = ("group", "patients", "slices", "with tumour", "F1 over pixels", "mean Dice",
            "95 % over patients", "median", "missed", "false alarms")  # fmt: skip
    parts = []
    for trait in dict.fromkeys(group.trait for group in groups):
        rows = [
            (g.name, g.patients, g.slices, g.tumour_slices, number(g.f1), number(g.dice_mean),
             span(g.dice_low, g.dice_high), number(g.dice_median), g.missed, g.false_alarms)
            for g in groups
            if g.trait == trait
        ]  # fmt: skip
        parts.append(f"<h3>{escape(trait.capitalize())}</h3>{table(head, rows)}")
    note = (
        "Type and grade are the codes of data.csv. Noise: thirds of these patients. Small groups "
        "have wide intervals, and no interval below three patients."
    )
    return f'{"".join(parts)}<p class="note">{note}</p>'


def _sizes(sizes: Sequence[LesionSize]) -> str:
    rows = [
        (size_words(s), s.slices, number(s.dice_mean), number(s.dice_median), s.missed)
        for s in sizes
    ]
    return table(("truth in the slice", "slices", "mean Dice", "median Dice", "missed"), rows)


def size_words(size: LesionSize) -> str:
    """`100 to 299 px`."""
    end = "and more" if size.high_px is None else f"to {size.high_px - 1:,}"
    return f"{size.low_px:,} {end} px"


def _panels(panels: Sequence[StoredPanel]) -> str:
    parts = ["<p>Original, truth, probability and mask, as in the paper's figures 21 to 25.</p>"]
    for kind in KINDS:
        some = [panel for panel in panels if panel.chosen.kind == kind]
        opened = " open" if kind in ("best", "median", "worst") else ""
        pictures = "".join(map(_picture, some)) or "<p>None.</p>"
        parts.append(
            f"<details{opened}><summary>{escape(KIND_WORDS[kind])} ({len(some)})</summary>"
            f"{pictures}</details>"
        )
    return "".join(parts)


def _picture(panel: StoredPanel) -> str:
    data = base64.b64encode(as_webp(panel.picture.read_bytes())).decode()
    alt = escape(f"{panel.chosen.kind}: {panel.chosen.file}", quote=True)
    return f'<figure><img alt="{alt}" src="data:image/webp;base64,{data}"></figure>'
