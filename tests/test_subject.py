"""Whom a study is of."""

import pytest

from seg_core.subject import by_subject, subject_of


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("TCGA_CS_4943_20000902", "TCGA_CS_4943"),
        ("sub-01_ses-2", "sub-01"),
        ("ses-2 sub-01", "sub-01"),
        ("siteA sub-01_ses-2", "siteA sub-01"),
        ("BraTS-GLI-00001-001", "BraTS-GLI-00001"),
        ("BraTS20_Training_001", "BraTS20_Training_001"),
        ("UCSF-PDGM-0429_FU003d", "UCSF-PDGM-0429"),
        ("P001", "P001"),
        ("MR_20210304", "MR_20210304"),
        ("P_12_19451231", "P_12"),
        ("p_12_31459999", "p_12_31459999"),
    ],
)
def test_what_names_the_visit_is_no_part_of_the_patients_name(name: str, subject: str) -> None:
    assert subject_of(name) == subject


def test_visits_of_one_patient_are_together() -> None:
    assert by_subject(["b", "a_1_20200101", "c", "a_1_20190101"]) == [
        ("a_1_20190101", "a_1_20200101"), ("b",), ("c",)
    ]  # fmt: skip
