"""A model released before there were digests gets those of what it was trained on.

They come from data of the names on its card: that these are the very slices nobody can check.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from seg_core.errors import ModelError
from seg_core.models.card_files import write_card
from seg_core.models.next_version import amended_next
from seg_core.models.registry import ReleasedModel, open_model, verify
from seg_core.models.seen import Seen
from seg_core.models.seen_slices import write_seen_slices
from seg_core.models.slice_digests import slice_digests
from seg_core.readers import find_studies
from seg_core.settings import Settings
from seg_core.training.few_names import few_names
from seg_core.training.loose_images import read_images


def add_digests(
    model: ReleasedModel, data: Sequence[Path], images: Sequence[Path] = ()
) -> ReleasedModel:
    """Write the digests into the model's own folder, and its card anew.

    data: data sets with every patient that training or its choices looked at; images: the
    folders of grey images beside them, by which names training knew them, or none: those are
    then compared by name. It is for a version that nobody has read with yet: `add_digests_next`
    makes a further one. Raises ModelError where some are missing, NothingToRead for a patient that
    cannot be read.
    """
    verify(model)
    trained = model.card.data
    patients = trained.seen_patients
    found = _of_patients(data, Seen(frozenset(patients)))
    _check_all(model, patients, found, "the data set that it was trained on")
    if images:
        names = trained.seen[len(patients) :]
        of_images = _of_images(images, Seen(frozenset(names)))
        _check_all(model, names, of_images, "its folders of images, called as there")
        found |= of_images
    data_card = trained.model_copy(update={"seen_slices": write_seen_slices(model.folder, found)})
    write_card(model.folder, model.card.model_copy(update={"data": data_card}))
    return open_model(model.folder)


def add_digests_next(
    settings: Settings, model: ReleasedModel, data: Sequence[Path], images: Sequence[Path] = ()
) -> ReleasedModel:
    """`add_digests` into the workspace's next version of the model, which itself stays as it is."""
    return amended_next(settings, model, lambda copy: add_digests(copy, data, images))


def _of_patients(data: Sequence[Path], wanted: Seen) -> dict[str, Collection[str]]:
    sources = (source for root in data for source in find_studies(root))
    return {
        source.name: slice_digests(source.open().slices)
        for source in sources
        if source.name in wanted.names
    }


def _of_images(roots: Sequence[Path], wanted: Seen) -> dict[str, Collection[str]]:
    names, images = read_images(roots)
    return {
        name: slice_digests(image)
        for name, image in zip(names, images, strict=True)
        if name in wanted.names
    }


def _check_all(
    model: ReleasedModel, wanted: Sequence[str], found: Iterable[str], what: str
) -> None:
    missing = sorted(set(wanted) - set(found))
    if missing:
        raise ModelError(
            f"{model.label}: expected all {len(wanted)} that its card names, found none of "
            f"{len(missing)} of them ({few_names(missing)}). Give {what}."
        )
