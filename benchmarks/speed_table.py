"""What `make bench` prints: tables for people, and one last line of `name value` pairs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.whole_process import Call

DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class Row:
    """One way to carry out one model.

    rounds: slices a second, a round each. ratios: over the reference in the same round. share: of
    the processor's peak at that precision. difference: largest, of a probability from Keras'.
    """

    model: str
    way: str
    precision: str
    rounds: Sequence[float]
    ratios: Sequence[float] = ()
    share: float | None = None
    difference: float | None = None

    @property
    def key(self) -> str:
        """As it stands on the last line."""
        return _key(self.model, self.way, self.precision)

    def cells(self) -> list[str]:
        speed = f"{median(self.rounds):.1f}"
        spread = f"{min(self.rounds):.1f} to {max(self.rounds):.1f}"
        ratio = f"{median(self.ratios):.2f}" if self.ratios else DASH
        share = DASH if self.share is None else f"{100 * self.share:.0f} %"
        far = DASH if self.difference is None else f"{self.difference:.1e}"
        return [self.model, self.way, self.precision, speed, spread, ratio, share, far]


def speed_table(rows: Iterable[Row]) -> str:
    head = ["model", "way", "precision", "slices/s", "lowest to highest"]
    head += ["over Keras predict of paper-unet", "of the peak", "largest difference from Keras"]
    return _table(head, [row.cells() for row in rows])


def peak_table(peaks: Mapping[str, float]) -> str:
    """peaks: multiplications a second by precision."""
    rows = [[name, f"{peak / 1e9:.0f}"] for name, peak in peaks.items()]
    return _table(["peak, one product of large matrices", "10^9 multiplications/s"], rows)


def growth_table(calls: Iterable[Call]) -> str:
    rows = [
        [str(c.slices), f"{c.seconds:.2f}", f"{c.slices / c.seconds:.1f}", f"{c.peak_mb:.0f}"]
        for c in calls
    ]
    return _table(["slices on disk", "seconds to triage.csv", "slices/s", "peak memory, MB"], rows)


def pairs(rows: Iterable[Row], peaks: Mapping[str, float], calls: Iterable[Call] = ()) -> str:
    """One line of `name value` pairs: medians over rounds."""
    found = {f"peak_{name}_gmul_per_second": f"{peak / 1e9:.0f}" for name, peak in peaks.items()}
    for row in rows:
        found[f"{row.key}_slices_per_second"] = f"{median(row.rounds):.1f}"
        if row.ratios:
            found[f"{row.key}_ratio"] = f"{median(row.ratios):.2f}"
    for call in calls:
        found[f"segment_{call.slices}_seconds"] = f"{call.seconds:.2f}"
        found[f"segment_{call.slices}_peak_mb"] = f"{call.peak_mb:.0f}"
    return " ".join(f"{name} {value}" for name, value in found.items())


def _key(*parts: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", " ".join(parts).lower()).strip("_")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; numbers stay as they are given."""
    every = [head, *rows]
    widths = [max(len(line[i]) for line in every) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in every
    )
