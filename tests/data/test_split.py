"""Splits by patient, by slice and by folds."""

import pytest

from seg_core.data.folds import make_folds
from seg_core.data.institution import institution
from seg_core.data.split import PARTS, Split, SplitSettings, make_split
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


def test_the_seed_counts_where_names_tell_no_institution():
    files = {f"P{i:03d}": ["s.tif"] for i in range(20)}
    first, other = (make_split(files, SplitSettings(seed=seed)) for seed in range(2))

    assert first.fingerprint != other.fingerprint


def test_of_few_patients_one_is_left_to_test_on():
    files = {name: ["s.tif"] for name in "ABCD"}
    split = make_split(files, SplitSettings(validation=0.15, test=0.15))

    assert (len(split.train), len(split.validation), len(split.test)) == (2, 1, 1)
    assert make_split(files, SplitSettings(test=0)).test == ()
    few = make_split(files, SplitSettings(validation=0.05, test=0.3))
    assert (len(few.train), len(few.validation), len(few.test)) == (2, 1, 1)


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


LOADS = {patient: 100 * i for i, patient in enumerate(FILES)}


@pytest.fixture
def five(tmp_path):
    """A file of five folds of the patients above."""
    file = tmp_path / "five.json"
    file.write_text(make_folds(LOADS, 5, name="five").model_dump_json())
    return str(file)


def by_fold(file=None, **settings):
    return make_split(FILES, SplitSettings(kind="folds", file=file, **settings), LOADS)


def test_every_patient_is_tested_in_exactly_one_fold(five):
    tested = [p for fold in range(1, 6) for p in by_fold(five, fold=fold).test]

    assert sorted(tested) == sorted(FILES)


def test_a_fold_leaves_a_share_of_the_other_patients_for_validation(five):
    split = by_fold(five, fold=2, validation=0.25)

    assert (len(split.test), len(split.validation), len(split.train)) == (8, 8, 24)
    assert set(split.train) | set(split.validation) | set(split.test) == set(FILES)
    assert {institution(patient) for patient in split.validation} == {"TCGA_CS", "TCGA_DU"}


def test_the_seed_changes_who_validates_and_never_who_is_tested(five):
    first, other = by_fold(five, seed=0), by_fold(five, seed=3)

    assert first.test == other.test
    assert first.validation != other.validation


def test_folds_without_a_file_are_those_that_a_file_made_of_the_data_would_hold(five):
    dealt, fixed = by_fold(fold=3), by_fold(five, fold=3)

    assert dealt.fingerprint == fixed.fingerprint
    assert dealt.protocol.fingerprint == fixed.protocol.fingerprint


def test_patients_missing_from_the_data_move_nobody_else_and_are_named(five):
    gone = by_fold(five).train[0]
    files = {patient: names for patient, names in FILES.items() if patient != gone}

    split = make_split(files, SplitSettings(kind="folds", file=five))

    assert split.protocol.absent == (gone,)
    assert set(split.train) == set(by_fold(five).train) - {gone}
    assert (split.validation, split.test) == (by_fold(five).validation, by_fold(five).test)


def test_patients_in_no_fold_are_refused_by_name_with_what_to_type(five):
    settings = SplitSettings(kind="folds", file=five)

    with pytest.raises(SplitError, match=r"1 of 41 that are not: NEW_1.*data folds DIR --keep"):
        make_split({**FILES, "NEW_1": ["a.tif"]}, settings)


def test_another_number_of_folds_than_the_files_is_refused(five):
    with pytest.raises(SplitError, match=r"expected 5, as .*, received 4. Set split.folds=5"):
        by_fold(five, folds=4)


def test_a_fold_that_is_not_one_of_the_folds_is_refused():
    with pytest.raises(ValueError, match="fold: expected 1 to 5, received 6"):
        SplitSettings(kind="folds", fold=6)


def test_a_split_by_folds_says_which_and_comes_back_from_its_run_whole(five):
    split = by_fold(five, fold=2)

    assert split.title == "fold 2 of 5 (five)"
    assert Split.model_validate_json(split.model_dump_json()) == split


@pytest.mark.parametrize("kind", ["patient", "folds"])
def test_visits_of_one_patient_are_in_one_part(kind):
    files = {f"TCGA_CS_{k:04d}_20{n:02d}0101": ["1.tif"] for k in range(12) for n in (10, 12)}
    settings = SplitSettings(kind=kind, validation=0.2, test=0.2)

    split = make_split(files, settings, dict.fromkeys(files, 7))

    parts = [{name[:12] for name in split.members(part)} for part in PARTS]
    assert sum(map(len, parts)) == 12
    assert all(parts)


def test_a_file_of_folds_that_parts_a_patients_visits_is_refused(tmp_path):
    file = tmp_path / "old.json"
    member = '"P_{}_20{}0101": {{"fold": {}, "tumour_px": 1}}'
    members = ", ".join(member.format(k, n, n - 9) for k in (1, 2) for n in (10, 11))
    file.write_text(f'{{"name": "old", "folds": 2, "patients": {{{members}}}}}')
    files = {f"P_{k}_20{n}0101": ["1.tif"] for k in (1, 2) for n in (10, 11)}

    with pytest.raises(SplitError, match="all visits of P_1 in one fold"):
        make_split(files, SplitSettings(kind="folds", folds=2, file=str(file)))
