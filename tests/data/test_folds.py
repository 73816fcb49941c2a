"""Folds: alike in institution and tumour, fixed in a file, never redealt."""

from collections import Counter

import numpy as np
import pytest

from seg_core.data.folds import make_folds, protocol_text, read_protocol
from seg_core.data.institution import institution
from seg_core.errors import SplitError

SIZES = {"CS": 13, "DU": 36, "EZ": 1, "FG": 11, "HT": 27}
"""Patients of each institution, as in the real set."""


def loads():
    rng = np.random.default_rng(5)
    return {
        f"TCGA_{site}_{i:04d}_2000": int(rng.integers(500, 60_000))
        for site, count in SIZES.items()
        for i in range(count)
    }


def test_folds_differ_by_at_most_one_patient_in_all_and_of_each_institution():
    folds = make_folds(loads(), 5)

    sizes = [len(folds.members(fold)) for fold in range(1, 6)]
    of_site = [Counter(map(institution, folds.members(fold))) for fold in range(1, 6)]
    assert max(sizes) - min(sizes) <= 1
    for site in SIZES:
        counts = [count[f"TCGA_{site}"] for count in of_site]
        assert max(counts) - min(counts) <= 1


def test_folds_hold_nearly_as_much_tumour_as_each_other():
    folds = make_folds(loads(), 5)

    tumour = [sum(folds.patients[p].tumour_px for p in folds.members(f)) for f in range(1, 6)]
    assert max(tumour) < 1.2 * min(tumour)


def test_the_order_in_which_patients_are_found_changes_nothing():
    backwards = dict(reversed(loads().items()))

    assert make_folds(backwards, 5).fingerprint == make_folds(loads(), 5).fingerprint


def test_patients_of_a_kept_file_stay_and_new_ones_are_dealt_beside_them():
    old = make_folds(loads(), 5)
    new = make_folds({**loads(), "OTHER_1": 10, "OTHER_2": 20}, 5, keep=old)

    assert all(new.patients[patient] == member for patient, member in old.patients.items())
    assert new.patients["OTHER_1"].fold != new.patients["OTHER_2"].fold


def test_fewer_patients_than_folds_are_refused():
    with pytest.raises(SplitError, match="expected at least 5 patients for 5 folds, received 2"):
        make_folds({"A": 1, "B": 2}, 5)


def test_the_shipped_protocol_holds_the_88_patients_and_never_changes():
    shipped = read_protocol("lgg-88")

    assert (len(shipped.patients), shipped.folds) == (88, 5)
    assert shipped.fingerprint == "4ad3ff11b823cd64"


def test_a_file_that_is_not_there_is_refused_with_the_shipped_names():
    with pytest.raises(SplitError, match=r"a shipped one \(lgg-88\).*data folds DIR --out FILE"):
        read_protocol("lgg-89")


@pytest.mark.parametrize("text", ["{", '{"name": "x", "folds": 2, "patients": {}}', "\xff"])
def test_a_damaged_file_is_refused_by_its_name(tmp_path, text):
    file = tmp_path / "broken.json"
    file.write_bytes(text.encode("latin-1"))

    with pytest.raises(SplitError, match=r"broken\.json: expected a file of folds, found"):
        read_protocol(str(file))


def test_the_summary_has_a_line_a_fold():
    lines = protocol_text(make_folds({"A_1": 5, "A_2": 3, "B_1": 2}, 2, name="two")).splitlines()

    assert lines[0].startswith("two: 3 patients, ")
    assert lines[1:] == [
        "fold 1: 1 patients (A 1, B 0), 5 tumour pixels",
        "fold 2: 2 patients (A 1, B 1), 5 tumour pixels",
    ]


def test_visits_of_one_patient_are_in_one_fold_also_beside_a_kept_file():
    visits = {f"sub-{k:02d}_ses-{n}": 100 * k for k in range(10) for n in (1, 2)}
    first = make_folds({name: px for name, px in visits.items() if name.endswith("1")}, 5)

    for protocol in (make_folds(visits, 5), make_folds(visits, 5, keep=first)):
        assert set(protocol.patients) == set(visits)
        for k in range(10):
            one, other = (protocol.patients[f"sub-{k:02d}_ses-{n}"] for n in (1, 2))
            assert one.fold == other.fold
        assert {len(protocol.members(fold)) for fold in range(1, 6)} == {4}


def test_visits_alone_make_no_patients():
    with pytest.raises(SplitError, match="at least 5 patients"):
        make_folds({f"sub-1_ses-{n}": 1 for n in range(9)}, 5)
