"""An evaluation with everything that belongs to it: tables, pictures and one page of HTML.

It looks at each patient a second time, for the pictures of the slices that were chosen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from seg_core.data.batches import LabelledSlices
from seg_core.evaluation.analysis import Analysis, analyse, analysis_tables
from seg_core.evaluation.csv_table import csv_text
from seg_core.evaluation.html_report import html_report
from seg_core.evaluation.measure import MeasuredPatient, Predict, probability_of
from seg_core.evaluation.panels import as_png, four_pictures
from seg_core.evaluation.progress import OnStep, Step, counted, unheard
from seg_core.evaluation.report import Evaluation, write_evaluation
from seg_core.evaluation.selection import ChosenSlice, choose_slices
from seg_core.evaluation.stored import FIGURES, PANELS, PANELS_FOLDER, REPORT, TRAITS, StoredPanel
from seg_core.evaluation.traits import PatientTraits, read_clinical, traits_of
from seg_core.whole_files import write_whole

LATER_FILES = (REPORT, PANELS, TRAITS, "roc.csv", "sensitivity.csv", "reliability.csv",
               "groups.csv", "lesion_sizes.csv", "froc.csv", "lesions_found.csv")  # fmt: skip
"""What an evaluation holds beside the three files of `report`."""

Key = tuple[str, str]
"""Patient and file."""


@dataclass(frozen=True, eq=False)
class Judged:
    """A network and the patients that it was measured on.

    patients: gives the same slices of known truth as were measured, patient by patient.
    data: the roots of the data sets, for the clinical columns.
    """

    evaluation: Evaluation
    measured: Sequence[MeasuredPatient]
    patients: Callable[[], Iterable[LabelledSlices]]
    predict: Predict
    data: Sequence[Path]


def write_full_report(folder: Path, judged: Judged, on_step: OnStep = unheard) -> Analysis:
    """Write everything into `folder`; figures.json is the last file, so that it says: whole."""
    folder.mkdir(parents=True, exist_ok=True)
    remove_report(folder)
    chosen = choose_slices(judged.measured)
    traits, pictures = _look_again(judged, chosen, folder / PANELS_FOLDER, on_step)
    on_step(Step("working out intervals over patients"))
    analysis = analyse(judged.measured, traits)
    panels = [
        StoredPanel(one, pictures[one.patient, one.file])
        for one in chosen
        if (one.patient, one.file) in pictures
    ]
    write_whole(folder / TRAITS, _traits_table(traits.values()))
    write_whole(folder / PANELS, _panels_table(panels))
    for name, text in analysis_tables(analysis).items():
        write_whole(folder / name, text)
    write_whole(folder / REPORT, html_report(judged.evaluation, judged.measured, analysis, panels))
    write_evaluation(folder, judged.evaluation, judged.measured)
    _sweep(folder / PANELS_FOLDER, panels)
    return analysis


def remove_report(folder: Path) -> None:
    """Remove what belongs to an earlier evaluation: it is not to be taken for a new one's.

    What says "whole" goes first, so that no interruption leaves old and new under it.
    """
    for name in (FIGURES, *LATER_FILES):
        (folder / name).unlink(missing_ok=True)


def _look_again(
    judged: Judged, chosen: Sequence[ChosenSlice], folder: Path, on_step: OnStep
) -> tuple[dict[str, PatientTraits], dict[Key, Path]]:
    """Traits of each patient, and the picture of each chosen slice; one patient in memory."""
    clinical, wanted = read_clinical(judged.data), {(one.patient, one.file): one for one in chosen}
    traits: dict[str, PatientTraits] = {}
    pictures: dict[Key, Path] = {}
    folder.mkdir(exist_ok=True)
    patients = len(judged.measured)
    for group in counted(judged.patients(), "making pictures", patients, on_step):
        traits[group.patient] = traits_of(group, clinical)
        for one, png in _pictures_of(group, wanted, judged):
            path = folder / f"{hashlib.sha256(png).hexdigest()[:16]}.png"
            write_whole(path, png)
            pictures[one.patient, one.file] = path
    return traits, pictures


def _pictures_of(
    group: LabelledSlices, wanted: dict[Key, ChosenSlice], judged: Judged
) -> Iterable[tuple[ChosenSlice, bytes]]:
    at = [i for i, file in enumerate(group.files) if (group.patient, file) in wanted]
    if not at:
        return
    some = replace(
        group,
        files=tuple(group.files[i] for i in at),
        slices=group.slices[at],
        truth=group.truth[at],
    )
    probability = probability_of(some, judged.predict)
    for i, file in enumerate(some.files):
        one = wanted[group.patient, file]
        picture = four_pictures(
            some.slices[i], some.truth[i], probability[i], judged.evaluation.threshold, words(one)
        )
        yield one, as_png(picture)


def words(chosen: ChosenSlice) -> str:
    """What a picture is of: file, Dice, areas in pixels."""
    dice = "–" if chosen.dice is None else f"{chosen.dice:.3f}"
    return (
        f"{chosen.file}   Dice {dice}   truth {chosen.truth_px:,} px   mask {chosen.mask_px:,} px"
    )


def _traits_table(traits: Iterable[PatientTraits]) -> str:
    return csv_text(
        ("patient", "institution", "histological_type", "grade", "substituted", "noise"),
        (
            (t.patient, t.institution, t.histological_type, t.grade,
             " and ".join(t.substituted or ()), t.noise)
            for t in traits
        ),
    )  # fmt: skip


def _panels_table(panels: Sequence[StoredPanel]) -> str:
    return csv_text(
        ("kind", "patient", "file", "dice", "truth_px", "mask_px", "picture"),
        (
            (c.kind, c.patient, c.file, c.dice, c.truth_px, c.mask_px, panel.picture.name)
            for panel in panels
            for c in (panel.chosen,)
        ),
    )


def _sweep(folder: Path, panels: Sequence[StoredPanel]) -> None:
    """Remove the pictures that an earlier evaluation left."""
    kept = {panel.picture for panel in panels}
    for path in folder.glob("*.png"):
        if path not in kept:
            path.unlink()
