"""Groups of patients and sizes of lesions."""

from seg_core.evaluation.breakdown import by_lesion_size, by_trait
from seg_core.evaluation.traits import PatientTraits

from .measured import one, patient

A = patient("TCGA_CS_1", one("1", 8, 2, 2), one("2", 0, 0, 0))
B = patient("TCGA_DU_2", one("1", 0, 0, 10), one("2", 0, 4, 0))
TRAITS = {
    "TCGA_CS_1": PatientTraits("TCGA_CS_1", "TCGA_CS", "1", "2", (), 0.01),
    "TCGA_DU_2": PatientTraits("TCGA_DU_2", "TCGA_DU", "3", "", ("pre-contrast",), 0.03),
}


def groups(traits=TRAITS):
    return {(g.trait, g.name): g for g in by_trait([A, B], traits)}


def test_patients_are_grouped_by_each_trait():
    found = groups()

    assert found["institution", "TCGA_CS"].dice_mean == 2 * 8 / (10 + 10)
    assert found["histological type", "code 3"].patients == 1
    assert found["channels", "substituted: pre-contrast"].missed == 1
    assert found["channels", "all there"].false_alarms == 0


def test_who_has_no_grade_is_in_a_group_of_its_own():
    assert groups()["grade", "not known"].patients == 1


def test_a_trait_that_nobody_has_is_left_out():
    bare = {name: PatientTraits(name, "x") for name in TRAITS}

    assert {trait for trait, _ in groups(bare)} == {"institution"}


def test_noise_divides_the_patients_into_thirds():
    patients = [patient(f"P_{i}", one("1", 1, 0, 0)) for i in range(6)]
    traits = {
        p.patient: PatientTraits(p.patient, "P", noise=i / 100) for i, p in enumerate(patients)
    }

    thirds = [(g.name, g.patients) for g in by_trait(patients, traits) if g.trait == "noise"]

    assert thirds == [("1 least noise", 2), ("2 middle", 2), ("3 most noise", 2)]


def test_lesions_are_sized_by_the_truth_of_their_slice():
    large = patient("p", one("1", 100, 0, 0), one("2", 0, 5, 99))
    sizes = by_lesion_size([large, A])

    assert [(s.low_px, s.high_px, s.slices) for s in sizes][:2] == [(1, 100, 2), (100, 300, 1)]
    assert sizes[0].dice_mean == (0 + 0.8) / 2
    assert sizes[0].missed == 1
    assert sizes[-1].dice_mean is None
