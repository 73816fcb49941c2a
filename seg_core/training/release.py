"""A run becomes a released model: exported, checked against the run, measured, described.

Releasing never overwrites: it makes the next version. Nothing half-made is ever listed.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from seg_core.errors import ModelError, RunError
from seg_core.evaluation.figures import pooled
from seg_core.inference import make_engine
from seg_core.models.card_files import write_card
from seg_core.models.file_names import SECOND_WEIGHTS, SECOND_XML
from seg_core.models.naming import check_name
from seg_core.models.next_version import PICTURED, version_after
from seg_core.models.registry import ReleasedModel, open_model
from seg_core.models.seen_slices import write_seen_slices
from seg_core.training.judge import RunUnderTest, data_of, reading_as, under_test
from seg_core.training.judgement import judged_by_itself, judged_out_of_fold
from seg_core.training.out_of_fold import read_as_read
from seg_core.training.quantise import quantise, read_cost
from seg_core.training.run_card import card_of_run, described, digests_of_seen
from seg_core.training.run_folder import RunFolder
from seg_core.whole_files import part_of_folder, settle, sweep_parts

EXPORT_TOLERANCE = 0.002
"""How far F1 of the exported network may lie from the run's own on the validation patients."""


def release(
    run: RunFolder,
    name: str,
    models: Path,
    *,
    beside: Sequence[RunFolder] = (),
    data: Sequence[Path] = (),
    summary: str = "",
    out_of_fold: Path | None = None,
    version: str | None = None,
    int8: bool = False,
) -> ReleasedModel:
    """Make `models`/<name>/<version> of a run's best network; the next one there unless given.

    beside: runs of the same split whose networks read together with it; as a second opinion where
    `out_of_fold` was judged so.

    Calibration and costs come from the validation patients, the figures from the test
    patients (and, named so, from validation). With `out_of_fold`, what `cross_validate` wrote of
    the same recipe, all three come from there: they then say how well networks made this way
    read patients that they were not trained on, while this one may have seen all.
    int8: with a network in eight bits too, as `quantise` makes it; with `out_of_fold` its cost is
    what `quantise_folds` wrote there.

    Raises RunError while the run trains or where `out_of_fold` is of another recipe, InputError
    where a data folder's `dataset.json` is no description,
    ModelError for a name that no card may bear, and when the exported network does not give the
    run's own figures.
    """
    check_name(name)
    if run.status().under_way:
        raise RunError(
            f"{run.id}: expected a run that has ended, found it training. Stop it first."
        )
    _check_beside(run, beside)
    described((run, *beside), data)  # one that is none is refused before minutes of judging
    version = version or version_after([models / name])
    folder = models / name / version
    sweep_parts(folder.parent)
    with part_of_folder(folder) as part:
        made = part / name / version  # as a card's folders must be called
        _fill(made, run, beside, name, version, data, summary, out_of_fold)
        if int8:
            cost = read_cost(out_of_fold) if out_of_fold else None
            quantise(open_model(made), list(data) or data_of(run), cost=cost)
        if not settle(made, folder):
            raise ModelError(
                f"{name}/{version}: expected a free version, found that another release took it "
                "meanwhile. Release again: it makes the next."
            )
    return open_model(folder)


def _fill(
    folder: Path,
    run: RunFolder,
    beside: Sequence[RunFolder],
    name: str,
    version: str,
    data: Sequence[Path],
    summary: str,
    out_of_fold: Path | None,
) -> None:
    how = read_as_read(out_of_fold) if out_of_fold else None
    second_opinion = how is not None and how.second_opinion
    tested = reading_as(under_test(run, data, beside, second_opinion=second_opinion), how)
    _export(tested, folder)
    if out_of_fold is None:
        judged = judged_by_itself(tested, beside, folder)
    else:
        judged = judged_out_of_fold(tested, beside, out_of_fold)
    for part, source in judged.folders.items():
        shutil.copytree(
            source, folder / "evaluation" / part, ignore=shutil.ignore_patterns(*PICTURED)
        )
    seen_slices = write_seen_slices(folder, digests_of_seen(tested, beside))
    card = card_of_run(tested, beside, judged, name, version, summary, how, seen_slices)
    write_card(folder, card)
    _check_export(ReleasedModel(folder, card), tested, pooled(judged.validated).dice)


def _export(tested: RunUnderTest, folder: Path) -> None:
    from seg_core.network.export import export_network

    export_network(tested.network, folder)
    if tested.second is not None:
        export_network(tested.second, folder, weights=SECOND_WEIGHTS, xml=SECOND_XML)


def _check_beside(run: RunFolder, beside: Sequence[RunFolder]) -> None:
    """Networks that saw each other's validation or test patients would be measured on them."""
    for other in beside:
        if other.split().fingerprint != run.split().fingerprint:
            raise RunError(
                f"{other.id}: expected the split of {run.id}, whose network it is to read "
                "together with, found another one. Train it on the same split."
            )


def _check_export(model: ReleasedModel, tested: RunUnderTest, expected: float | None) -> None:
    """The exported network on the validation patients must give the run's own F1."""
    engine = make_engine("openvino")
    engine.load(model)
    found = pooled(tested.measure("validation", engine.predict)).dice
    if abs((found or 0.0) - (expected or 0.0)) > EXPORT_TOLERANCE:
        raise ModelError(
            f"{tested.run.id}: expected the exported network to give the run's F1 of {expected}, "
            f"found {found}. Nothing was released."
        )
