"""Batches derive from (seed, epoch, position) alone."""

from dataclasses import replace

import numpy as np
import pytest

from seg_core.data.augmentation import AugmentationSettings
from seg_core.data.batches import SOMEWHERE, Batches, LabelledSlices, labelled
from seg_core.frames import ResizeFrame
from seg_core.frames.brain import BrainFrame
from seg_core.study import Study


def study(name="P", slices=5, known=None):
    """Slice i is all i + 1, and its left half is tumour."""
    pixels = np.ones((slices, 32, 32, 3), np.uint8) * np.arange(1, slices + 1)[:, None, None, None]
    truth = np.zeros((slices, 32, 32), bool)
    truth[:, :, :16] = True
    return Study(
        name=name,
        source="test",
        files=tuple(f"{i}.tif" for i in range(slices)),
        slices=pixels.astype(np.uint8),
        truth=truth,
        truth_known=np.ones(slices, bool) if known is None else np.array(known),
    )


def batches(**kwargs):
    return Batches([labelled(study(), ResizeFrame(32))], 2, **kwargs)


def test_an_epoch_shows_every_slice_once():
    shown = np.concatenate([images[:, 0, 0, 0] for images, _ in batches(seed=1).iterate(1)])

    assert sorted(np.round(shown * 255)) == [1, 2, 3, 4, 5]


def test_images_are_0_to_1_and_masks_0_or_1_with_a_channel():
    images, masks = batches(shuffle=False).batch(1, 0)

    assert images.dtype == masks.dtype == np.float32
    assert images.shape == (2, 32, 32, 3)
    assert masks.shape == (2, 32, 32, 1)
    assert images[0, 0, 0, 0] == pytest.approx(1 / 255)
    assert masks[0, :, :16].all()
    assert not masks[0, :, 16:].any()


def test_another_epoch_has_another_order_and_the_same_epoch_the_same():
    ordered = [
        np.concatenate([i[:, 0, 0, 0] for i, _ in batches(seed=2).iterate(e)]) for e in (1, 2, 1)
    ]

    assert not np.array_equal(ordered[0], ordered[1])
    assert np.array_equal(ordered[0], ordered[2])


def test_an_epoch_taken_up_in_the_middle_goes_on_with_the_same_batches():
    changed = {"seed": 3, "augmentation": AugmentationSettings()}
    whole = list(batches(**changed).iterate(4))
    rest = list(batches(**changed).iterate(4, start=1))

    for (image, mask), (image_again, mask_again) in zip(whole[1:], rest, strict=True):
        assert np.array_equal(image, image_again)
        assert np.array_equal(mask, mask_again)


def test_slices_without_known_truth_are_left_out():
    group = labelled(study(known=[True, False, True, False, True]), ResizeFrame(32))

    assert group.files == ("0.tif", "2.tif", "4.tif")


def test_an_error_while_making_a_batch_reaches_the_caller():
    broken = batches()
    broken.patients[0].slices.resize((0, 32, 32, 3), refcheck=False)

    with pytest.raises(IndexError):
        list(broken.iterate(1))


def test_leaving_in_the_middle_ends_the_thread():
    import threading

    before = threading.active_count()
    iterator = batches().iterate(1)
    next(iterator)
    iterator.close()

    assert threading.active_count() == before


def coloured():
    """One patient whose channels differ: outer ones without structure, FLAIR with a bright half."""
    made = study(slices=2)
    slices = np.zeros((2, 32, 32, 3), np.uint8)
    slices[:, 4:28, 4:28] = (60, 90, 200)
    slices[:, 4:28, 4:16, 1] = 250
    return replace(made, slices=slices)


def of_flair(*, others=True, **settings):
    unchanged = AugmentationSettings(
        flip=0, rotation=0, scale=0, shift=0, contrast=0, brightness=0, **settings
    )
    group = labelled(coloured(), BrainFrame(32, channels=1), others=others)
    return group, {"augmentation": unchanged, "shuffle": False}


def test_a_network_of_flair_alone_may_be_shown_the_other_channels_with_the_same_mask():
    group, settings = of_flair(other_channel=1)
    flair, truth, _ = group.seen(0)
    image, mask = Batches([group], 1, **settings).batch(1, 0)

    assert flair.std() > 0
    assert image.shape == (1, 32, 32, 1)
    assert not np.allclose(image[0], flair)
    assert np.array_equal(mask[0, ..., 0] > 0, truth)


def test_a_study_whose_other_channels_are_not_wanted_shows_flair():
    group, settings = of_flair(others=False, other_channel=1)
    image, _ = Batches([group], 1, **settings).batch(1, 0)

    assert np.allclose(image[0], group.seen(0)[0], atol=1e-6)


def test_images_without_tumour_may_get_the_tumour_of_a_patient():
    group, settings = of_flair(pasted=1)
    slices = np.full((1, 32, 32, 1), 100, np.uint8)
    empty = LabelledSlices(
        "negative", ("n.jpg",), slices, np.zeros((1, 32, 32), bool), BrainFrame(32, 1).fit(slices)
    )
    plain = Batches([group], 3, negatives=[empty], augmentation=None, shuffle=False)
    changed = Batches([group], 3, negatives=[empty], **settings)

    assert not plain.batch(1, 0)[1][2].any()
    assert changed.batch(1, 0)[1][2].any()
    assert np.array_equal(plain.batch(1, 0)[1][:2], changed.batch(1, 0)[1][:2])


def test_images_whose_tumour_nobody_outlined_have_a_truth_of_somewhere():
    group, settings = of_flair(pasted=1)
    slices = np.full((1, 32, 32, 1), 100, np.uint8)
    somewhere = LabelledSlices(
        "positive",
        ("p.jpg",),
        slices,
        np.zeros((1, 32, 32), bool),
        BrainFrame(32, 1).fit(slices),
        outlined=False,
    )
    for augmented in (settings, {"augmentation": None, "shuffle": False}):
        truth = Batches([group], 3, positives=[somewhere], **augmented).batch(1, 0)[1]

        assert np.all(truth[2] == SOMEWHERE)
        assert np.all(truth[:2] >= 0)
