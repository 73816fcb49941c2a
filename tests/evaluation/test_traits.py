"""What is known of patients."""

import numpy as np

from seg_core.data.batches import LabelledSlices
from seg_core.evaluation.traits import Clinical, clinical_of, noise, read_clinical, traits_of
from seg_core.frames import ResizeFrame


def test_codes_are_found_by_a_folders_name_with_its_date(tmp_path):
    (tmp_path / "data.csv").write_text(
        "Patient,histological_type,neoplasm_histologic_grade\nTCGA_CS_1,3,2\nTCGA_CS_2,,1\n"
    )
    clinical = read_clinical([tmp_path, tmp_path / "none"])

    assert clinical_of("TCGA_CS_1_20000101", clinical) == Clinical("3", "2")
    assert clinical_of("TCGA_CS_2", clinical) == Clinical("", "1")
    assert clinical_of("TCGA_CS_11_20000101", clinical) == Clinical()


def test_another_table_of_that_name_gives_nothing(tmp_path):
    (tmp_path / "data.csv").write_text("a,b\n1,2\n")

    assert read_clinical([tmp_path]) == {}


def test_noise_follows_the_noise_and_not_a_slope():
    rng = np.random.default_rng(0)
    ramp = np.tile(np.linspace(100, 200, 64), (2, 64, 1))

    def noisy(sigma):
        values = (ramp + rng.normal(0, sigma, ramp.shape)).clip(0, 255)
        return noise((values * 257).astype(np.uint16)[..., None])

    assert noisy(0) < 0.001
    assert 1.5 < noisy(8) / noisy(4) < 2.5
    assert noise(np.zeros((1, 8, 8, 1), np.uint8)) is None


def test_a_channel_that_is_flair_again_is_named():
    slices = np.random.default_rng(0).integers(0, 255, (2, 16, 16, 3), np.uint8)
    slices[..., 0] = slices[..., 1]
    truth = np.zeros((2, 16, 16), bool)
    group = LabelledSlices("TCGA_CS_1_2", ("a", "b"), slices, truth, ResizeFrame(16).fit(slices))

    traits = traits_of(group, {"TCGA_CS_1": Clinical("1", "2")})

    assert (traits.institution, traits.substituted) == ("TCGA_CS", ("pre-contrast",))
    assert (traits.histological_type, traits.grade) == ("1", "2")
