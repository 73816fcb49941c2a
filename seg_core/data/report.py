"""A data set's report: counts, what is wrong, sample slices with masks, tumour area charts.

It works from an index and opens only the few slices that it shows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw

from seg_core.data.index import DatasetIndex, Patient, SlicePair
from seg_core.notice import NOTICE
from seg_core.study import Skipped
from seg_core.subject import by_subject
from seg_core.whole_files import write_whole

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


CONTOUR = (255, 176, 0)
"""Amber: apart from grey brains, and from blue, for colour-blind eyes too."""

PALETTE = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442"]
"""Okabe and Ito's colours, told apart by colour-blind eyes; an institution each."""

TILE, GAP, CAPTION = 256, 4, 16
"""Pixels of the sample picture."""


def report_figures(index: DatasetIndex) -> dict[str, Any]:
    """The integrity report as plain values, for a file or a table."""
    return {
        "data_set": index.root.name,
        "patients": len(index.patients),
        "slices": index.slices,
        "positive_slices": index.positive_slices,
        "institutions": {
            name: {
                "patients": len(patients),
                "slices": sum(len(patient.slices) for patient in patients),
                "positive_slices": sum(patient.positive_slices for patient in patients),
                "tumour_px": sum(patient.tumour_px for patient in patients),
            }
            for name, patients in index.institutions.items()
        },
        "substituted": {name: list(channels) for name, channels in index.substituted.items()},
        "unpaired": [vars(problem) for problem in index.unpaired],
        "unreadable": [vars(problem) for problem in index.unreadable],
        "notice": NOTICE,
    }


def report_text(index: DatasetIndex, most: int = 20) -> str:
    """The same for a terminal; at most `most` lines of each kind of problem."""
    lines = [
        f"{index.root}: {len(index.patients)} patients, {index.slices} slices, "
        f"{index.positive_slices} with tumour"
    ]
    people = len(by_subject(patient.name for patient in index.patients))
    if people < len(index.patients):
        lines.append(f"visits of {people} people, by their names: each stays in one part")
    for name, patients in index.institutions.items():
        area = sum(patient.tumour_px for patient in patients)
        lines.append(f"  {name}: {len(patients)} patients, {area:,} tumour pixels")
    lines.append(f"substituted channels: {len(index.substituted)} patients")
    lines += [f"  {name}: {', '.join(which)}" for name, which in index.substituted.items()]
    lines += _listed("unpaired files", index.unpaired, most)
    lines += _listed("unreadable files", index.unreadable, most)
    return "\n".join([*lines, NOTICE])


def _listed(title: str, problems: Sequence[Skipped], most: int) -> list[str]:
    lines = [f"{title}: {len(problems)}"]
    lines += [f"  {problem.file}: {problem.reason}" for problem in problems[:most]]
    if len(problems) > most:
        lines.append(f"  and {len(problems) - most} more")
    return lines


def write_report(index: DatasetIndex, folder: Path) -> list[Path]:
    """Write report.json, samples.png and tumour_area.html into `folder`; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = json.dumps(report_figures(index), indent=2).encode()
    page = "<p>" + NOTICE + "</p>" + area_by_patient(index).to_html(full_html=False)
    page += area_by_institution(index).to_html(full_html=False, include_plotlyjs=False)
    files = [folder / name for name in ("report.json", "samples.png", "tumour_area.html")]
    picture = sample_picture(index)
    write_whole(files[0], figures)
    write_whole(files[1], lambda file: picture.save(file, "PNG"))
    write_whole(files[2], page)
    return files


# --- sample slices


def sample_slices(index: DatasetIndex, samples: int = 6) -> list[tuple[Patient, SlicePair]]:
    """The slice with the largest tumour of patients spread evenly over the positive ones."""
    positive = [patient for patient in index.patients if patient.tumour_px]
    chosen = np.linspace(0, len(positive) - 1, min(samples, len(positive))).astype(int)
    patients = [positive[i] for i in chosen]
    return [(patient, max(patient.slices, key=lambda pair: pair.tumour_px)) for patient in patients]


def sample_picture(index: DatasetIndex, samples: int = 6) -> Image.Image:
    """As the paper's figure 4: a column a patient; slice, mask, mask's outline on the slice."""
    chosen = sample_slices(index, samples)
    width = max(len(chosen), 2) * (TILE + GAP) + GAP
    sheet = Image.new("RGB", (width, 3 * (TILE + GAP) + GAP + 2 * CAPTION), (16, 16, 16))
    draw = ImageDraw.Draw(sheet)
    for column, (patient, pair) in enumerate(chosen):
        left = GAP + column * (TILE + GAP)
        draw.text((left, 2), f"{patient.name}  {_number(patient, pair)}", fill=(220, 220, 220))
        for row, tile in enumerate(_tiles(*patient.open_slice(pair))):
            sheet.paste(tile, (left, CAPTION + GAP + row * (TILE + GAP)))
    draw.text((GAP, sheet.height - CAPTION), NOTICE, fill=(220, 220, 220))
    return sheet


def _number(patient: Patient, pair: SlicePair) -> str:
    return f"slice {patient.slices.index(pair) + 1}"


def _tiles(pixels: np.ndarray, mask: np.ndarray) -> tuple[Image.Image, Image.Image, Image.Image]:
    """(slice, mask, outline over slice) of (h, w, c) and bool (h, w), TILE pixels high and wide."""
    shown = Image.fromarray(_eight_bits(pixels)).resize((TILE, TILE), Image.Resampling.BICUBIC)
    large = Image.fromarray(mask).resize((TILE, TILE), Image.Resampling.NEAREST)
    outlined = np.array(shown)
    outlined[outline(np.asarray(large, bool))] = CONTOUR
    return shown, large.convert("RGB"), Image.fromarray(outlined)


def outline(mask: np.ndarray) -> np.ndarray:
    """bool (h, w) -> bool (h, w): pixels of the mask that touch its outside."""
    from scipy.ndimage import binary_erosion

    return np.asarray(mask & ~binary_erosion(mask))


def _eight_bits(pixels: np.ndarray) -> np.ndarray:
    """uint8 or uint16 (h, w, 1 or 3) -> uint8 (h, w, 3), brightest pixel at 255."""
    bright = pixels.astype(np.float32) * (255 / max(int(pixels.max()), 1))
    return np.repeat(bright, 3 // pixels.shape[-1], axis=-1).astype(np.uint8)


# --- charts


def area_by_patient(index: DatasetIndex) -> Figure:
    """Bars: tumour pixels of each patient over all slices, a colour an institution."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, patients in index.institutions.items():
        ranked = sorted(patients, key=lambda patient: -patient.tumour_px)
        figure.add_bar(name=name, x=[p.name for p in ranked], y=[p.tumour_px for p in ranked])
    figure.update_layout(
        title="Tumour area by patient",
        colorway=PALETTE,
        yaxis_title="tumour pixels, all slices",
        xaxis_title="",
    )
    figure.update_xaxes(showticklabels=len(index.patients) <= 30)
    return figure


def area_by_institution(index: DatasetIndex) -> Figure:
    """Boxes with every patient as a point: tumour pixels by institution."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, patients in index.institutions.items():
        figure.add_box(
            name=f"{name} ({len(patients)})",
            y=[patient.tumour_px for patient in patients],
            text=[patient.name for patient in patients],
            boxpoints="all",
        )
    figure.update_layout(
        title="Tumour area by institution",
        colorway=PALETTE,
        yaxis_title="tumour pixels a patient",
        xaxis_title="institution (patients)",
        showlegend=False,
    )
    return figure
