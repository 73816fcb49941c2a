"""What the viewer is told beside the bytes: a small dictionary. It holds no pixel.

Everything in it is plain JSON, below some 10 kB for a study of 100 slices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from pages.components.slice_viewer.payload import Part, intensity_range
from seg_core.geometry import AS_SHOWN, affine_of
from seg_core.study import FLAIR, LGG_CHANNELS, Reading, Study
from seg_core.triage.findings import Finding

WINDOW_POINTS = (1.0, 25.0, 50.0, 99.0, 99.9)
"""Percentiles of the non-zero codes of a channel, from which the window presets are made."""


FINDINGS = 20
"""The largest ones; a mask in many pieces is told by their number."""


def describe_study(study: Study) -> dict[str, Any]:
    """Names, size and channels; spacing and sides only where the files state them."""
    height, width = study.height_width
    low, high = intensity_range(study)
    return {
        "name": study.name,
        "slices": len(study),
        "height": height,
        "width": width,
        "files": list(study.files),
        "channels": channel_names(study),
        "substituted": list(study.substituted),
        "first_channel": first_channel(study),
        "points": [window_points(study, c, low, high) for c in range(study.slices.shape[-1])],
        "intensity": {"low": low, "high": high},
        "spacing_mm": list(study.spacing_mm) if study.spacing_mm else None,
        "voxel_ml": study.voxel_ml,  # not always their product: axes may lie askew
        "edges": list(study.edges) if study.edges else None,
        "volume": _volume(study),
    }


def _volume(study: Study) -> dict[str, Any] | None:
    """How masks of the whole study lie in a NIfTI file; None where the files do not say."""
    if study.grid is None or not study.evenly:
        return None
    height, width = study.height_width
    order = study.voxel_order or AS_SHOWN
    affine = affine_of(study.grid, order, (width, height, len(study)))
    return {"order": [list(axis) for axis in order], "affine": affine.tolist()}


def describe_truth(study: Study) -> dict[str, Any] | None:
    """Which slices have a usable mask, from slice 1 on, or None without any truth."""
    if study.truth is None:
        return None
    known = study.truth_known if study.truth_known is not None else np.ones(len(study), bool)
    return {"known": [int(k) for k in known]}


def describe_reading(
    reading: Reading, ticks: tuple[float, ...], findings: Sequence[Finding] = (), specks: int = 0
) -> dict[str, Any]:
    """The model's name, its thresholds, the confidence of each slice, unrounded, its findings.

    A rounded 0.979997 would reach 0.98 in the browser and not on the server.
    """
    return {
        "model": reading.model_name,
        "version": reading.model_version,
        "sha256": reading.model_sha256,
        "engine": asdict(reading.engine),
        "ticks": list(ticks),
        "pixel_threshold": reading.pixel_threshold,
        "confidence_threshold": reading.confidence_threshold,
        "calibrated": reading.calibrated,
        "confidence": [float(c) for c in reading.confidence],
        "findings": [asdict(finding) for finding in findings[:FINDINGS]],
        "specks": specks,
        "more_findings": max(0, len(findings) - FINDINGS),
    }


def describe_part(part: Part | None, prefix: str) -> dict[str, Any] | None:
    """Where the part is fetched and how long it is once decompressed."""
    if part is None:
        return None
    return {
        "address": f"{prefix}/{part.digest}",
        "digest": part.digest,
        "length": part.length,
        "block": part.block,
    }


def channel_names(study: Study) -> list[str]:
    """The study's own names; `channel 1` and so on where it has none."""
    count = study.slices.shape[-1]
    if len(study.channels) == count:
        return list(study.channels)
    return ["intensity"] if count == 1 else [f"channel {c + 1}" for c in range(count)]


def first_channel(study: Study) -> int:
    """The channel shown first, from 0: FLAIR where there is one."""
    names = channel_names(study)
    flair = LGG_CHANNELS[FLAIR]
    return names.index(flair) if flair in names else 0


def window_points(study: Study, channel: int, low: int, high: int) -> list[int]:
    """WINDOW_POINTS of one channel as 8-bit codes; the whole range for an empty channel."""
    values = study.slices[..., channel]
    counts = np.bincount(values.ravel(), minlength=2)
    counts[0] = 0  # air, and what a skull-stripped slice is filled with
    total = int(counts.sum())
    if not total:
        return [0, 64, 128, 255, 255]
    shares = np.cumsum(counts) / total
    found = [int(np.searchsorted(shares, point / 100.0)) for point in WINDOW_POINTS]
    return [round((min(max(f, low), high) - low) * 255 / (high - low)) for f in found]
