"""What is known of a patient beside the figures: institution, tumour, image quality.

It measures no network and draws no conclusion.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seg_core.data.batches import LabelledSlices
from seg_core.data.institution import institution
from seg_core.readers.channels import name_channels
from seg_core.study import FLAIR

CLINICAL_FILE = "data.csv"
"""Clinical columns by patient, in the root of the LGG set as published."""

LAPLACIAN = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
"""Difference of two Laplacians: blind to edges and slopes (Immerkaer 1996); its gain is 6."""

BRAIN = 0.1
"""Share of the study's maximum above which a pixel counts as brain, for the noise only."""


@dataclass(frozen=True)
class Clinical:
    """Codes as they stand in data.csv, which does not say what they mean; "" where it has none."""

    histological_type: str = ""
    grade: str = ""


@dataclass(frozen=True)
class PatientTraits:
    """One patient's traits.

    substituted: names of channels that are FLAIR again; None when no image was looked at.
    noise: standard deviation as a share of the study's maximum, of FLAIR or the only channel.
    """

    patient: str
    institution: str
    histological_type: str = ""
    grade: str = ""
    substituted: tuple[str, ...] | None = None
    noise: float | None = None


def read_clinical(roots: Iterable[Path]) -> dict[str, Clinical]:
    """Patient's name without its date -> codes, from each root's data.csv; {} without one."""
    found: dict[str, Clinical] = {}
    for path in (root / CLINICAL_FILE for root in roots):
        if path.is_file():
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
                for row in csv.DictReader(file):
                    found[row.get("Patient") or ""] = Clinical(
                        row.get("histological_type") or "",
                        row.get("neoplasm_histologic_grade") or "",
                    )
    found.pop("", None)
    return found


def traits_of(group: LabelledSlices, clinical: Mapping[str, Clinical]) -> PatientTraits:
    """Traits of a patient, from the name, its slices and data.csv."""
    known = clinical_of(group.patient, clinical)
    return PatientTraits(
        patient=group.patient,
        institution=institution(group.patient),
        histological_type=known.histological_type,
        grade=known.grade,
        substituted=name_channels(group.slices, group.patient)[1],
        noise=noise(group.slices),
    )


def clinical_of(patient: str, clinical: Mapping[str, Clinical]) -> Clinical:
    """The row of a patient; folder names carry a date after the name that data.csv has."""
    words = patient.split("_")
    names = ("_".join(words[:count]) for count in range(len(words), 0, -1))
    return next((clinical[name] for name in names if name in clinical), Clinical())


def noise(slices: np.ndarray) -> float | None:
    """Noise of (n, h, w, c) as a share of the maximum; None where nothing is brain.

    The median over brain pixels, so that outlines and tumours do not count as noise. The
    LGG set was resampled by its makers: the figure orders patients, it is no scanner's noise.
    """
    from scipy.ndimage import convolve

    plane = slices[..., FLAIR if slices.shape[-1] == 3 else 0].astype(np.float32)
    brain = plane > BRAIN * plane.max(initial=0)
    if not brain.any():
        return None
    response = np.stack([convolve(one, LAPLACIAN, mode="nearest") for one in plane])
    sigma = np.median(np.abs(response[brain])) / (0.6745 * 6)
    return float(sigma / plane.max())
