"""What a model has and a reviewer has not, component by component, and the other way round.

A component is what touches in the model's mask, through neighbouring slices too. It says
nothing of who is right; where the truth is known, it notes whether tumour is outlined there:
at a component's or a mark's own place, anywhere in a slice that was only named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from seg_core.components import Component, components, scaled
from seg_core.store.reveals import Comparison, Found
from seg_core.store.verdicts import Verdict
from seg_core.study import Reading, Study

REACH_PX = 12
"""How far from a component a marker may lie and still mean it; in slices of 256 x 256."""


PLACE_PX = 24
"""How far two marks may lie apart and still be of one place; in slices of 256 x 256."""


@dataclass(frozen=True)
class _Mark:
    """A marker, or an outline's points, in one slice."""

    slice: int
    points: tuple[tuple[float, float], ...]

    @property
    def coordinates(self) -> np.ndarray:
        """complex (points,): x + iy, so that differences have a length."""
        return np.array([complex(x, y) for x, y in self.points])

    @property
    def middle(self) -> tuple[float, float]:
        x, y = np.mean(self.points, axis=0)
        return float(x), float(y)


def compare(study: Study, reading: Reading, verdict: Verdict) -> Comparison:
    """The reading's mask at its own pixel threshold, laid beside a verdict on the same study."""
    listed, specks = components(reading.mask())
    marks = _marks(verdict)
    missed = [c for c in listed if not any(_has(verdict, marks, c, n) for n in c.slices)]
    found = [_of_model(study, c) for c in sorted(missed, key=lambda c: -c.area_px)]
    found += [_of_reviewer(study, slices) for slices in _slices_alone(verdict, marks, listed)]
    found += [_of_mark(study, group) for group in _marks_alone(study, marks, listed)]
    known = _known(study)
    return Comparison(
        pixel_threshold=reading.pixel_threshold,
        model_slices=_slices_of(listed),
        specks=specks,
        found=tuple(found),
        truth_slices=None if known is None else tuple(n for n in known if _holds(study, n)),
        known_slices=known,
        agreed_slices=_slices_of(c for c in listed if c not in missed),
    )


def neighbours_together(numbers: Iterable[int]) -> list[tuple[int, ...]]:
    """Numbers in groups without a gap, each of them named: 3, 4, 5, 7 -> (3, 4, 5), (7,)."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][-1] == number - 1:
            found[-1].append(number)
        else:
            found.append([number])
    return [tuple(group) for group in found]


def _slices_of(found: Iterable[Component]) -> tuple[int, ...]:
    return tuple(sorted({number for component in found for number in component.slices}))


def _marks(verdict: Verdict) -> list[_Mark]:
    markers = [_Mark(m.slice, ((m.x, m.y),)) for m in verdict.markers]
    return markers + [_Mark(o.slice, o.points) for o in verdict.outlines if o.points]


def _has(verdict: Verdict, marks: Sequence[_Mark], component: Component, number: int) -> bool:
    """Whether the reviewer has this component in that slice.

    Where the reviewer marked places in the slice, one of them must mean it; a slice that was
    only named means all that is in it.
    """
    here = [mark for mark in marks if mark.slice == number]
    if here:
        return any(_means(mark, component) for mark in here)
    return number in verdict.slices


def _means(mark: _Mark, component: Component) -> bool:
    """Whether a mark lies on a component, or as near as a hand may miss it."""
    plane = component.on(mark.slice)
    return plane is not None and _lies_on(mark, plane)


def _lies_on(mark: _Mark, plane: np.ndarray) -> bool:
    """Whether a mark holds or nearly touches a pixel of a bool (height, width)."""
    if not plane.any():
        return False
    if len(mark.points) > 2 and (plane & _inside(mark.points, plane.shape)).any():
        return True
    rows, columns = np.nonzero(plane)
    reach = float(np.sqrt(scaled(REACH_PX**2, plane.size)))
    return any(
        float(np.hypot(columns + 0.5 - x, rows + 0.5 - y).min()) <= reach for x, y in mark.points
    )


def _inside(points: Sequence[tuple[float, float]], shape: tuple[int, ...]) -> np.ndarray:
    """bool (height, width): pixels within a closed line of (x, y)."""
    from skimage.draw import polygon2mask

    return np.asarray(polygon2mask(shape, [(y - 0.5, x - 0.5) for x, y in points]))


def _slices_alone(
    verdict: Verdict, marks: Sequence[_Mark], listed: Sequence[Component]
) -> list[tuple[int, ...]]:
    """Ranges of named slices, without any mark in them, in which the model lists nothing."""
    alone = []
    for group in neighbours_together(verdict.slices):
        marked = any(mark.slice in group for mark in marks)
        if not marked and not any(n in c.slices for c in listed for n in group):
            alone.append(group)
    return alone


def _marks_alone(
    study: Study, marks: Sequence[_Mark], listed: Sequence[Component]
) -> list[list[_Mark]]:
    """Marks that mean no component, those of one place together, by slice."""
    groups: list[list[_Mark]] = []
    lonely = (mark for mark in marks if not any(_means(mark, c) for c in listed))
    for mark in sorted(lonely, key=lambda one: one.slice):
        reach = float(np.sqrt(scaled(PLACE_PX**2, study.slices[0, ..., 0].size)))
        near = [group for group in groups if any(_at_one_place(mark, o, reach) for o in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(one for group in near for one in group), mark])
    return sorted(groups, key=lambda group: group[0].slice)


def _at_one_place(one: _Mark, other: _Mark, reach: float) -> bool:
    """Whether two marks of one slice or of neighbouring ones may mean one finding."""
    if abs(one.slice - other.slice) > 1:
        return False
    apart = np.subtract.outer(one.coordinates, other.coordinates)
    if np.abs(apart).min() <= reach:
        return True
    return _within(one.middle, other) or _within(other.middle, one)


def _within(place: tuple[float, float], mark: _Mark) -> bool:
    from skimage.measure import points_in_poly

    return len(mark.points) > 2 and bool(points_in_poly([place], mark.points)[0])


def _of_model(study: Study, component: Component) -> Found:
    at, x, y = component.largest()
    return Found(
        kind="model",
        slices=component.slices,
        at_slice=at,
        x=x,
        y=y,
        area_px=component.area_px,
        holds_tumour=_touches_truth(study, component),
    )


def _of_reviewer(study: Study, slices: tuple[int, ...]) -> Found:
    middle = slices[len(slices) // 2]
    return Found("reviewer", slices, middle, holds_tumour=_any_holds(study, slices))


def _of_mark(study: Study, marks: Sequence[_Mark]) -> Found:
    slices = tuple(sorted({mark.slice for mark in marks}))
    x, y = marks[0].middle
    return Found("reviewer", slices, marks[0].slice, x, y, holds_tumour=_any_true(study, marks))


def _known(study: Study) -> tuple[int, ...] | None:
    """Slices whose truth is known; None for a study without any truth."""
    if study.truth is None:
        return None
    known = np.ones(len(study), bool) if study.truth_known is None else study.truth_known
    return tuple(int(i) + 1 for i in np.flatnonzero(known))


def _holds(study: Study, number: int) -> bool:
    assert study.truth is not None  # asked only of studies with truth
    return bool(study.truth[number - 1].any())


def _any_holds(study: Study, slices: Sequence[int]) -> bool | None:
    """Whether tumour is outlined in one of the slices; None where none of their truths is known."""
    known = set(_known(study) or ()) & set(slices)
    return any(_holds(study, number) for number in known) if known else None


def _any_true(study: Study, marks: Sequence[_Mark]) -> bool | None:
    """Whether a mark means outlined tumour, as it would a component; None as for slices."""
    known = set(_known(study) or ())
    judged = [mark for mark in marks if mark.slice in known]
    if study.truth is None or not judged:
        return None
    return any(_lies_on(mark, study.truth[mark.slice - 1]) for mark in judged)


def _touches_truth(study: Study, component: Component) -> bool | None:
    """Whether the component touches outlined tumour; None where no truth of its slices is known."""
    known = set(_known(study) or ()) & set(component.slices)
    if study.truth is None or not known:
        return None
    return any(
        bool((component.on(number) & study.truth[number - 1]).any())
        for number in component.slices
        if number in known
    )
