"""Which images by class are shown, and their pictures."""

import numpy as np

from seg_core.evaluation.grey_files import GreyFile
from seg_core.evaluation.grey_pictures import (
    FALSE,
    GALLERY,
    ORANGE,
    SAMPLE,
    SAMPLES,
    SEEN,
    SIDE,
    choose_images,
    drawn_by_seed,
    fitted,
    outlined,
    row_of_samples,
    row_of_seen,
)
from seg_core.evaluation.grey_set import SeenImage
from tests.evaluation.made_grey import measured_image, picture


def many(class_name, count, **changes):
    return [measured_image(class_name, 0.9, picture=i, **changes) for i in range(count)]


def seen(height=60, width=30):
    file = GreyFile("glioma", "glioma/a.jpg", None)
    probability = np.zeros((height, width), np.float32)
    probability[10:30, 10:20] = 0.9
    return SeenImage(file, picture(1, height, width)[..., None], probability)


def test_what_is_shown_is_drawn_by_names_and_not_by_results():
    faint = [measured_image("glioma", 0.9, picture=i) for i in range(20)]
    strong = [measured_image("glioma", 0.9, picture=i, mask_px=i * 10) for i in range(20)]

    assert [c.image.name for c in choose_images(faint, ["glioma"])] == [
        c.image.name for c in choose_images(strong, ["glioma"])
    ]


def test_one_image_more_moves_no_other():
    some = many("glioma", 20)
    order = drawn_by_seed(some[:-1])

    assert [one for one in drawn_by_seed(some) if one is not some[-1]] == order


def test_each_class_has_samples_and_a_gallery_of_their_first():
    chosen = choose_images([*many("glioma", 20), *many("notumor", 2)], ["glioma", "notumor"])

    def names(kind, class_name):
        return [c.image.name for c in chosen if (c.kind, c.image.class_name) == (kind, class_name)]

    assert len(names(SAMPLE, "glioma")) == SAMPLES
    assert names(SEEN, "glioma") == names(SAMPLE, "glioma")[:GALLERY]
    assert len(names(SEEN, "notumor")) == 2


def test_false_positives_are_those_of_most_pixels_in_images_without_tumour():
    images = [
        measured_image("glioma", 0.9, picture=0, mask_px=999),
        measured_image("notumor", 0.9, picture=1, mask_px=5),
        measured_image("notumor", 0.8, picture=2, mask_px=50),
        measured_image("notumor", 0.4, picture=3, mask_px=0),
    ]
    chosen = choose_images(images, ["glioma", "notumor"])

    assert [c.image.mask_px for c in chosen if c.kind == FALSE] == [50, 5]


def test_of_copies_one_is_shown():
    copies = [measured_image("notumor", s, picture=1, mask_px=9) for s in (0.6, 0.7, 0.8)]

    assert [c.kind for c in choose_images(copies, ["notumor"])] == [SAMPLE, SEEN, FALSE]


def test_images_of_any_size_are_shown_at_one():
    assert row_of_seen(seen(), 0.5, "words").size[0] == 4 * SIDE + 3 * 4
    assert fitted(np.zeros((60, 30, 3), np.uint8)).size == (SIDE // 2, SIDE)
    assert row_of_samples("glioma", [seen(), seen(9, 400)]).size[0] == 2 * SIDE + 4


def test_a_name_longer_than_the_picture_does_not_break_it():
    assert row_of_seen(seen(), 0.5, "long name " * 90).size[0] == 4 * SIDE + 3 * 4


def test_the_outline_lies_on_the_edge_of_the_mask():
    mask = np.zeros((SIDE, SIDE), bool)
    mask[50:100, 50:100] = True

    drawn = np.asarray(outlined(fitted(np.zeros((SIDE, SIDE, 3), np.uint8)), mask))

    assert tuple(drawn[50, 75]) == ORANGE
    assert tuple(drawn[75, 75]) == (0, 0, 0)
    assert tuple(drawn[49, 75]) == (0, 0, 0)
