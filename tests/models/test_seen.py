"""Whether given slices are of whom a network's training looked at."""

from dataclasses import replace

import numpy as np
import pytest

from seg_core.errors import ChecksumMismatch
from seg_core.models.card_files import write_card
from seg_core.models.file_names import SEEN_SLICES
from seg_core.models.next_version import amended_next, same_network
from seg_core.models.registry import open_model, verify
from seg_core.models.seen import Seen, seen_by
from seg_core.models.seen_slices import write_seen_slices
from seg_core.models.slice_digests import slice_digests
from tests.models.released import CARD, make_released


def slices(seed, n=10):
    return np.random.default_rng(seed).integers(0, 255, (n, 8, 8, 3), np.uint8)


def seen_of(**patients):
    names = frozenset(patients)
    found = {d: name for name, some in patients.items() for d in slice_digests(some)}
    return Seen(names, found)


SEEN = seen_of(A=slices(1), B=slices(2))
STRANGER = slices(3)


def knowing(model, digests):
    """`model` with these digests on its card and beside it."""
    count = write_seen_slices(model.folder, digests)
    data = model.card.data.model_copy(update={"seen_slices": count})
    write_card(model.folder, model.card.model_copy(update={"data": data}))
    return open_model(model.folder)


def test_a_known_name_is_seen_whatever_its_slices():
    assert SEEN.whose(["x", "B"], STRANGER) == "B"


def test_a_copy_under_another_name_is_seen_and_whose_it_is_known():
    assert SEEN.whose(["x"], slices(2)) == "B"


def test_a_copy_that_lacks_most_slices_is_seen():
    assert SEEN.whose(["x"], slices(2)[:2]) == "B"


def test_a_copy_among_many_other_slices_is_seen():
    assert SEEN.whose(["x"], np.concatenate([slices(1), slices(4, 50)])) == "A"


def test_a_study_put_together_from_several_patients_is_seen():
    mixed = np.concatenate([slices(1)[:3], slices(2)[:4], slices(4, 5)])

    assert SEEN.whose(["x"], mixed) == "B"


def test_a_few_slices_in_common_make_nobody_seen():
    assert SEEN.whose(["x"], np.concatenate([slices(1)[:2], STRANGER])) is None


def test_blank_slices_make_no_stranger_seen():
    blank = np.zeros((20, 8, 8, 3), np.uint8)
    seen = seen_of(A=np.concatenate([slices(1), blank]), C=blank)

    assert seen.whose(["x"], np.concatenate([blank, STRANGER])) is None
    assert seen.whose(["x"], blank) is None


def test_without_digests_names_alone_are_compared():
    seen = replace(SEEN, slices={})

    assert not seen.by_pixels
    assert seen.whose(["x"], slices(1)) is None
    assert seen.whose(["A"], STRANGER) == "A"


def test_a_card_of_before_goes_on_and_knows_names(settings):
    model = make_released(settings.models, data=CARD["data"] | {"seen": ["A"]})

    assert seen_by(model) == Seen(frozenset({"A"}))


def test_a_released_models_digests_are_listed_checked_and_read(settings):
    data = CARD["data"] | {"seen": ["A", "in ünïcode"]}
    model = make_released(settings.models, data=data)

    model = knowing(model, {"A": slice_digests(slices(1)), "in ünïcode": {"0" * 16}, "blank": ()})

    verify(model)
    assert SEEN_SLICES in model.card.files
    assert model.card.data.seen_slices == 11
    assert seen_by(model).whose(["x"], slices(1)) == "A"
    assert "by name and by the pixels of 11 slices" in (model.folder / "card.md").read_text()


def test_digests_that_were_changed_are_refused(settings):
    model = knowing(make_released(settings.models), {"A": slice_digests(slices(1))})
    (model.folder / SEEN_SLICES).write_text("{}")

    with pytest.raises(ChecksumMismatch, match="expected SHA-256"):
        seen_by(model)


def test_a_version_with_digests_has_the_same_network(settings):
    model = make_released(settings.shipped_models)

    made = amended_next(
        settings, model, lambda copy: knowing(copy, {"A": slice_digests(slices(1))})
    )

    assert (made.version, made.folder.parent.parent) == ("2", settings.models)
    assert same_network(made, model)
    assert seen_by(made).by_pixels
    assert not seen_by(model).by_pixels
    verify(model)


def test_another_visit_of_a_patient_is_that_patient():
    seen = seen_of(sub_1_20200101=slices(1))

    assert seen.named(["sub_1_20210101"]) == "sub_1_20200101"
    assert not seen.knows_pixels(STRANGER)
    assert seen.knows_pixels(np.concatenate([STRANGER, slices(1)[:1]]))


def test_of_several_visits_the_one_of_that_very_name_is_told():
    seen = seen_of(sub_1_20200101=slices(1), sub_1_20210101=slices(2))

    assert seen.named(["sub_1_20200101"]) == "sub_1_20200101"
