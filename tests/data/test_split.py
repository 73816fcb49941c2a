"""Splits by patient and by slice."""

import pytest

from seg_core.data.split import SplitSettings, institution, make_split
from seg_core.errors import SplitError

FILES = {
    f"TCGA_{site}_{i:04d}_2000": [f"s{j}.tif" for j in range(5)]
    for site in ("CS", "DU")
    for i in range(20)
}


def test_no_patient_is_in_two_parts_and_none_is_lost():
    split = make_split(FILES, SplitSettings())

    parts = [split.members(part) for part in ("train", "validation", "test")]
    assert frozenset.union(*parts) == set(FILES)
    assert sum(map(len, parts)) == len(FILES)


def test_institutions_are_spread_over_the_parts():
    split = make_split(FILES, SplitSettings(validation=0.2, test=0.2))

    for part in ("train", "validation", "test"):
        sites = [institution(patient) for patient in split.members(part)]
        assert abs(sites.count("TCGA_CS") - sites.count("TCGA_DU")) <= 2


def test_the_same_seed_gives_the_same_split_and_another_seed_another():
    first, again = (make_split(FILES, SplitSettings(seed=1)) for _ in range(2))

    assert first.fingerprint == again.fingerprint
    assert first.fingerprint != make_split(FILES, SplitSettings(seed=2)).fingerprint


def test_a_slice_split_puts_one_patient_into_several_parts():
    split = make_split(FILES, SplitSettings(kind="slice"))

    assert len(split.train) + len(split.validation) + len(split.test) == 200
    assert {m.split("/")[0] for m in split.train} & {m.split("/")[0] for m in split.validation}


def test_one_patient_cannot_be_split():
    with pytest.raises(
        SplitError, match="at least one patient for training and one for validation"
    ):
        make_split({"P": ["a.tif"]}, SplitSettings())


def test_shares_that_leave_no_training_are_refused():
    with pytest.raises(SplitError, match="nothing to train on"):
        make_split(FILES, SplitSettings(validation=0.5, test=0.5))
