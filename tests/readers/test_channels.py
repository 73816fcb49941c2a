import numpy as np

from seg_core.readers.channels import drop_alpha, join_grey, name_channels
from tests.readers.made import pixels

LGG = "TCGA_CS_0001_20000101"


def test_alpha_is_dropped_and_said() -> None:
    images, notes = drop_alpha([pixels(channels=4), pixels(channels=2), pixels(channels=3)])

    assert [image.shape[-1] for image in images] == [3, 1, 3]
    assert [(note.kind, note.reason) for note in notes] == [
        ("alpha", "An alpha channel was dropped from 2 slices.")
    ]


def test_grey_stored_three_times_becomes_one_channel() -> None:
    grey = np.repeat(pixels(channels=1), 3, axis=-1)

    images, notes = join_grey([grey, pixels(channels=1)], "gl_0001")

    assert [image.shape[-1] for image in images] == [1, 1]
    assert notes[0].kind == "grey"


def test_a_faint_tint_is_still_grey() -> None:
    tinted = np.repeat(pixels(channels=1) // 2 + 10, 3, axis=-1)
    tinted[..., 2] += 3

    images, _ = join_grey([tinted], "gl_0001")

    np.testing.assert_array_equal(images[0], tinted[..., :1] + 1)


def test_colours_in_twelve_of_sixteen_bits_are_no_tint() -> None:
    faint = pixels().astype(np.uint16) // 32 * 16 + 1000  # spread by 128 at most, of 3,000
    assert faint.max() < 4096

    images, notes = join_grey([faint], "MR_0001")

    assert images[0].shape[-1] == 3
    assert notes == ()


def test_a_black_slice_of_a_coloured_study_keeps_its_channels() -> None:
    images, notes = join_grey([np.zeros((4, 4, 3), np.uint8), pixels()], "p")

    assert [image.shape[-1] for image in images] == [3, 3]
    assert notes == ()


def test_an_lgg_patient_with_equal_channels_keeps_them_as_substitutes() -> None:
    grey = np.repeat(pixels(channels=1), 3, axis=-1)

    images, _ = join_grey([grey], LGG)
    channels, substituted, notes = name_channels(np.stack(images), LGG)

    assert channels == ("pre-contrast", "FLAIR", "post-contrast")
    assert substituted == ("pre-contrast", "post-contrast")
    assert "pre-contrast and post-contrast equal FLAIR throughout" in notes[0].reason


def test_a_channel_that_is_flair_in_all_slices_but_one_is_no_substitute() -> None:
    slices = np.stack([pixels(1), pixels(2)])
    slices[0, ..., 2] = slices[0, ..., 1]

    assert name_channels(slices, LGG)[1] == ()

    slices[1, ..., 2] = slices[1, ..., 1]
    assert name_channels(slices, LGG)[1] == ("post-contrast",)


def test_an_empty_channel_is_named() -> None:
    slices = pixels()[None].copy()
    slices[..., 0] = 0

    notes = name_channels(slices, LGG)[2]

    assert [(note.kind, note.reason) for note in notes] == [
        ("empty channel", "pre-contrast: all pixels are 0.")
    ]


def test_the_order_of_channels_is_said_to_be_taken_on_trust_outside_the_lgg_set() -> None:
    assert [note.kind for note in name_channels(pixels()[None], "case 7")[2]] == ["channel order"]
    assert name_channels(pixels()[None], LGG)[2] == ()


def test_one_channel_is_grey() -> None:
    assert name_channels(pixels(channels=1)[None], "a") == (("grey",), (), ())


def test_one_bright_pixel_makes_no_tint_of_colours_in_sixteen_bits() -> None:
    faint = pixels(size=64).astype(np.uint16) // 32 * 16 + 1000
    faint[5, 5] = 65535

    images, notes = join_grey([faint], "MR_0001")

    assert images[0].shape[-1] == 3
    assert notes == ()
