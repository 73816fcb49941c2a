"""Counts how often the check for inputs unlike the training data fires: patients, altered, foreign.

    python -m benchmarks.unlike --data DIR [--protocol lgg-88] [--foreign DIR ...]

--data: patients in the Kaggle layout. Each is held against the other folds' patients, as it is and
altered: turned, inverted, channels in another order, other planes. --foreign: folders of images,
counted by folder and held against all patients; the photographs that ship inside scikit-image
come with them. Each line: what, of which kind, how many of how many, and the three commonest
reasons. The last line holds the figures as `name value` pairs. It loads no network.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from seg_core.data.folds import FoldsProtocol, read_protocol
from seg_core.data.phantom import phantom_study
from seg_core.errors import InputError
from seg_core.models.card import UsualLook
from seg_core.models.routing import kind_of_slices
from seg_core.readers import find_studies
from seg_core.triage.appearance import shrunk
from seg_core.triage.unlike import (
    LookedAt,
    beyond,
    flair_of,
    look_at,
    middle_slices,
    statistics_of,
    usual_look,
)

Change = Callable[[np.ndarray], np.ndarray]

TURNED: dict[str, Change] = {
    "as it is": lambda s: s,
    "turned by 90 degrees": lambda s: np.rot90(s, 1, (1, 2)),
    "upside down": lambda s: s[:, ::-1],
    "inverted": lambda s: 255 - s,
}
PLANES: dict[str, Change] = {  # of studies alone: the slices' own direction becomes another
    "sagittal": lambda s: s.transpose(2, 0, 1, 3),
    "coronal": lambda s: s.transpose(1, 0, 2, 3),
    "slices in disorder": lambda s: np.random.default_rng(0).permutation(s),
}
ORDERS: dict[str, Change] = {
    "FLAIR and pre-contrast exchanged": lambda s: s[..., [1, 0, 2]],
    "FLAIR and post-contrast exchanged": lambda s: s[..., [0, 2, 1]],
    "pre- and post-contrast exchanged": lambda s: s[..., [2, 1, 0]],
    "channels moved on by one": lambda s: s[..., [2, 0, 1]],
    "channels moved back by one": lambda s: s[..., [1, 2, 0]],
}
CONTRASTS = {"pre-contrast for FLAIR": 0, "post-contrast for FLAIR": 2}


@dataclass(frozen=True, eq=False)
class Patient:
    """Shrunk slices, uint8: of the whole study and its middle ones; and how training sees it."""

    study: np.ndarray
    middle: np.ndarray
    grey: LookedAt
    coloured: LookedAt | None


@dataclass
class Count:
    """How often it fired, of how many, and for which figures."""

    of: int = 0
    fired: int = 0
    why: Counter[str] = field(default_factory=Counter)

    def add(self, slices: np.ndarray, usual: UsualLook) -> None:
        found, ranges = statistics_of(np.ascontiguousarray(slices), usual)
        left = beyond(found, ranges)
        self.of += 1
        self.fired += bool(left)
        self.why.update(one.name for one in left)


Counts = dict[tuple[str, str], Count]
"""By what it was, and as what it was given."""


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--protocol", default="lgg-88", help="a shipped one, or a file of folds")
    parser.add_argument("--foreign", type=Path, action="append", default=[])
    args = parser.parse_args(argv)
    patients = dict(look(args.data))
    counts = out_of_fold(patients, read_protocol(args.protocol))
    show(counts)
    if args.foreign:
        foreign = count_foreign(list(patients.values()), [*args.foreign, photographs()])
        show(foreign)
        counts |= foreign
    print(figures(counts))


def look(root: Path) -> Iterator[tuple[str, Patient]]:
    """Each patient of a data set, one study in memory at a time."""
    for source in find_studies(root):
        slices = source.open().slices
        coloured = look_at(slices) if kind_of_slices(slices) == "differing" else None
        middle = np.concatenate([_small(one) for one in middle_slices(slices)])
        yield source.name, Patient(_small(slices), middle, look_at(flair_of(slices)), coloured)


def out_of_fold(patients: dict[str, Patient], protocol: FoldsProtocol) -> Counts:
    """Each patient held against the patients of the other folds."""
    counts: Counts = {}
    for fold in range(1, protocol.folds + 1):
        here = protocol.members(fold)
        grey, coloured = usual([one for name, one in patients.items() if name not in here])
        for name in sorted(here & patients.keys()):
            one = patients[name]
            for what, change in {**TURNED, **PLANES}.items():
                _tally(counts, what, one, flair_of, change, grey)
                _tally(counts, what, one, lambda s: s, change, coloured)
            for what, change in ORDERS.items():
                _tally(counts, what, one, lambda s: s, change, coloured)
            for what, channel in CONTRASTS.items():
                _tally(counts, what, one, partial(_only, channel), lambda s: s, grey)
    return counts


def usual(patients: Sequence[Patient]) -> tuple[UsualLook, UsualLook]:
    """What FLAIR alone looks like, and all three channels."""
    coloured = [one.coloured for one in patients if one.coloured]
    return usual_look([one.grey for one in patients]), usual_look(coloured)


def _tally(
    counts: Counts, what: str, one: Patient, channels: Change, change: Change, held: UsualLook
) -> None:
    """A study, and its middle slices each alone where the change is one of a slice."""
    given = "FLAIR alone" if len(held.channels) == 1 else "three channels"
    counts.setdefault((what, f"study, {given}"), Count()).add(change(channels(one.study)), held)
    if what in PLANES:
        return
    alone = counts.setdefault((what, f"slice, {given}"), Count())
    for picture in one.middle:
        alone.add(change(channels(picture[None])), held)


def count_foreign(patients: Sequence[Patient], folders: Sequence[Path]) -> Counts:
    """Images by folder, phantoms and noise, held against all patients."""
    grey, coloured = usual(patients)
    counts: Counts = {}
    for path in (path for folder in folders for path in sorted(folder.rglob("*.*"))):
        try:
            slices = find_studies(path)[0].open().slices
        except InputError:
            continue  # no image, or one that the app refuses too
        kind = kind_of_slices(slices)
        held, given = (coloured, slices) if kind == "differing" else (grey, flair_of(slices))
        where = f"image, {'three channels' if kind == 'differing' else 'grey'}"
        name = "photographs" if path.parent == photographs() else path.parent.name
        counts.setdefault((name, where), Count()).add(given, held)
    rng = np.random.default_rng(0)
    for seed in range(10):
        noise = rng.integers(0, 256, (20, 256, 256, 3), dtype=np.uint8)
        for name, slices in (("phantom", phantom_study(seed).slices), ("noise", noise)):
            counts.setdefault((name, "study, three channels"), Count()).add(slices, coloured)
            alone = counts.setdefault((name, "study, FLAIR alone"), Count())
            alone.add(flair_of(slices), grey)
    return counts


def photographs() -> Path:
    """Where scikit-image keeps the pictures that need no download."""
    import skimage

    return Path(skimage.__file__).parent / "data"


def show(counts: Counts) -> None:
    for (what, given), one in sorted(counts.items(), key=lambda item: item[0][1]):
        why = ", ".join(f"{name} {number}" for name, number in one.why.most_common(3))
        print(f"{given} | {what} | {one.fired} of {one.of} | {why}", flush=True)


def figures(counts: Counts) -> str:
    """One line of `name value` pairs: the share that fired."""
    pairs = [(f"{given} {what}", one.fired / one.of) for (what, given), one in counts.items()]
    return " ".join(f"{name.replace(', ', '_').replace(' ', '_')} {v:.3f}" for name, v in pairs)


def _only(channel: int, slices: np.ndarray) -> np.ndarray:
    return slices[..., channel : channel + 1]


def _small(slices: np.ndarray) -> np.ndarray:
    return np.rint(shrunk(slices)).astype(np.uint8)


if __name__ == "__main__":
    main()
