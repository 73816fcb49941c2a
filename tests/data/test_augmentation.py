"""Augmentation moves image and mask together, and repeats itself for the same seed."""

import numpy as np

from seg_core.data.augmentation import AugmentationSettings, augment
from seg_core.frames import Levels

FAR = AugmentationSettings(flip=0.5, rotation=40, scale=0.3, shift=0.15, contrast=0, brightness=0)


def disc(side=96):
    """An image whose every channel is its own mask: a disc off the centre."""
    y, x = np.mgrid[:side, :side]
    mask = (x - 60) ** 2 + (y - 40) ** 2 < 14**2
    return np.repeat(mask[..., None], 3, axis=-1).astype(np.float32), mask


def test_image_and_mask_move_together():
    image, mask = disc()
    for seed in range(20):
        moved, moved_mask = augment(image, mask, FAR, np.random.default_rng(seed))

        # Bilinear against nearest differs on the rim only; its share of the disc is below 4 %.
        assert np.mean((moved[..., 1] >= 0.5) != moved_mask) < 0.04 * mask.mean()
        assert moved_mask.any()


def test_a_flip_alone_is_the_mirror_image_exactly():
    image, mask = disc()
    still = {"rotation": 0, "scale": 0, "shift": 0, "contrast": 0, "brightness": 0}
    moved, moved_mask = augment(
        image, mask, AugmentationSettings(flip=1, **still), np.random.default_rng(0)
    )

    assert np.array_equal(moved_mask, mask[:, ::-1])
    assert np.allclose(moved, image[:, ::-1], atol=1e-6)


def test_no_change_gives_back_the_slice():
    image, mask = disc()
    still = AugmentationSettings(flip=0, rotation=0, scale=0, shift=0, contrast=0, brightness=0)
    moved, moved_mask = augment(image, mask, still, np.random.default_rng(0))

    assert np.array_equal(moved_mask, mask)
    assert np.allclose(moved, image, atol=1e-6)


def test_the_same_seed_gives_the_same_change():
    image, mask = disc()
    first, second = (
        augment(image, mask, AugmentationSettings(), np.random.default_rng(5)) for _ in range(2)
    )

    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1], second[1])


def test_background_stays_dark():
    image, mask = disc()
    changed, _ = augment(
        image, mask, AugmentationSettings(brightness=0.5), np.random.default_rng(1)
    )

    assert changed[0, 0].tolist() == [0, 0, 0]


def test_changes_count_from_the_darkest_level_of_the_frame():
    image, mask = disc()
    levels = Levels(np.float32([-2, -2, -2]), np.float32([4, 4, 4]))
    settings = AugmentationSettings(gamma=0.5, noise=1, blur=1)
    plain, _ = augment(image, mask, settings, np.random.default_rng(3))
    shifted, _ = augment(image * 4 - 2, mask, settings, np.random.default_rng(3), levels)

    assert np.allclose(shifted, plain * 4 - 2, atol=1e-4)


def test_flair_may_stand_in_for_the_other_channels():
    image, mask = disc()
    image[..., 0] *= 0.5
    changed, _ = augment(image, mask, AugmentationSettings(substitute=1), np.random.default_rng(0))

    assert np.array_equal(changed[..., 0], changed[..., 1])
    assert np.array_equal(changed[..., 2], changed[..., 1])


def test_a_coarse_and_compressed_slice_keeps_its_place_and_its_levels():
    image, mask = disc()
    still = {"flip": 0, "rotation": 0, "scale": 0, "shift": 0, "contrast": 0, "brightness": 0}
    worse = AugmentationSettings(coarse=1, compression=1, **still)
    changed, moved = augment(image, mask, worse, np.random.default_rng(0))

    assert np.array_equal(moved, mask)
    assert 0.01 < np.abs(changed - image).mean() < 0.1
    assert abs(changed.mean() - image.mean()) < 0.01


def test_an_elastic_change_bends_image_and_mask_alike():
    image, mask = disc()
    still = {"flip": 0, "rotation": 0, "scale": 0, "shift": 0, "contrast": 0, "brightness": 0}
    bent, bent_mask = augment(
        image, mask, AugmentationSettings(elastic=0.08, **still), np.random.default_rng(1)
    )

    assert np.mean(bent_mask != mask) > 0.1 * mask.mean()
    assert np.mean((bent[..., 1] >= 0.5) != bent_mask) < 0.04 * mask.mean()


def test_one_outer_channel_may_be_missing_and_flair_never_is():
    image, mask = disc()
    levels = Levels(np.float32([-1, -1, -1]), np.float32([2, 2, 2]))
    missing = set()
    for seed in range(10):
        changed, _ = augment(
            image, mask, AugmentationSettings(dropped=1), np.random.default_rng(seed), levels
        )
        gone = [c for c in range(3) if (changed[..., c] == -1).all()]
        assert len(gone) == 1
        missing.update(gone)

    assert missing == {0, 2}
