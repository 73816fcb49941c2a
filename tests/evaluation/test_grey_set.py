"""Images by class through a network: every image by itself, bad ones named."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from seg_core.errors import EngineError, ModelError
from seg_core.evaluation.grey_files import list_grey_files
from seg_core.evaluation.grey_set import BATCH, SeenImage, measure_images, read_grey, see_images
from seg_core.frames import BrainFrame
from seg_core.readers.limits import MAX_SIDE
from tests.evaluation.made_grey import bright_subject, make_grey_set, picture, save


def test_images_of_all_sizes_are_measured_in_their_own(tmp_path):
    sizes = [(48, 48), (20, 90), (512, 256), (5, 5)]
    for i, (height, width) in enumerate(sizes):
        save(tmp_path / "glioma" / f"{i}.png", picture(i, height, width))

    seen = list(see_images(list_grey_files([tmp_path]).files, bright_subject()))

    assert [one.probability.shape for one in seen] == sizes


def test_a_mask_is_counted_at_the_networks_own_threshold(tmp_path):
    save(tmp_path / "glioma" / "a.png", picture(1, 32, 32, bright=10))

    (one,) = measure_images(list_grey_files([tmp_path]).files, bright_subject(0.8)).images

    assert (one.mask_px, one.strongest, one.fiftieth) == (100, 1.0, 1.0)


def test_the_fiftieth_pixel_tells_a_speck_from_a_mask(tmp_path):
    save(tmp_path / "glioma" / "a.png", picture(1, 32, 32, bright=7))  # 49 pixels
    save(tmp_path / "glioma" / "b.png", np.full((5, 5), 255, np.uint8))  # 25 pixels in all

    speck, small = measure_images(list_grey_files([tmp_path]).files, bright_subject()).images

    assert speck.strongest == 1.0
    assert speck.fiftieth < 0.4
    assert (small.strongest, small.fiftieth) == (1.0, 0.0)


def test_what_cannot_be_read_is_named_and_the_rest_goes_through(tmp_path):
    root = make_grey_set(tmp_path, 2)
    (root / "glioma" / "bad.jpg").write_bytes(b"\xff\xd8\xff broken")
    (root / "glioma" / "text.jpg").write_text("no image")
    (root / "notumor" / "empty.png").touch()
    huge = Image.new("L", (1, 1))
    huge.save(root / "notumor" / "z.png")
    content = bytearray((root / "notumor" / "z.png").read_bytes())
    content[16:20] = (MAX_SIDE + 1).to_bytes(4, "big")
    content[20:24] = (2).to_bytes(4, "big")
    (root / "notumor" / "z.png").write_bytes(content)

    measured = measure_images(list_grey_files([root]).files, bright_subject())

    assert len(measured.images) == 4
    assert [one.file for one in measured.refused] == [
        "glioma/bad.jpg", "glioma/text.jpg", "notumor/empty.png", "notumor/z.png",
    ]  # fmt: skip
    assert "nothing was decoded" in measured.refused[-1].reason
    assert all("expected" in one.reason and "found" in one.reason for one in measured.refused)


def test_grey_goes_in_three_times_however_it_is_stored(tmp_path):
    plane = picture(3)
    save(tmp_path / "glioma" / "grey.png", plane)
    save(tmp_path / "glioma" / "rgb.png", np.repeat(plane[..., None], 3, axis=-1))
    save(tmp_path / "glioma" / "alpha.png", np.dstack([plane, np.full_like(plane, 9)]))
    given = []
    subject = bright_subject()

    def keep(batch):
        given.extend(batch)
        return subject.predict(batch)

    list(see_images(list_grey_files([tmp_path]).files, replace(subject, predict=keep)))

    assert len(given) == 3
    assert all(np.array_equal(one, given[0]) for one in given)
    assert np.array_equal(given[0][..., 0], given[0][..., 2])


def test_a_coloured_image_is_read_as_its_mean(tmp_path):
    save(tmp_path / "glioma" / "red.png", np.tile(np.uint8([90, 0, 30]), (8, 8, 1)))

    image = read_grey(list_grey_files([tmp_path]).files[0])

    assert image.shape == (1, 8, 8, 1)
    assert np.unique(image) == [40]  # (90 + 0 + 30) / 3


def test_no_more_than_a_batch_goes_through_at_once(tmp_path):
    for i in range(BATCH + 3):
        save(tmp_path / "glioma" / f"{i}.png", picture(i, 8, 8))
    sizes, steps = [], []
    subject = bright_subject()

    def keep(batch):
        sizes.append(len(batch))
        return subject.predict(batch)

    files = list_grey_files([tmp_path]).files
    measure_images(files, replace(subject, predict=keep), lambda *step: steps.append(step))

    assert sizes == [BATCH, 3]
    assert steps == [(BATCH, BATCH + 3), (BATCH + 3, BATCH + 3)]


def test_each_image_is_a_study_of_its_own(tmp_path):
    """One folder's images are not one patient: the frame is settled on each alone."""
    fitted = []

    class Frame:
        name = "resize"

        def fit(self, slices):
            fitted.append(slices.shape)
            return subject.frame.fit(slices)

    subject = bright_subject()
    make_grey_set(tmp_path, 2)
    list(see_images(list_grey_files([tmp_path]).files, replace(subject, frame=Frame())))

    assert fitted == [(1, 48, 48, 1)] * 4


def test_a_network_for_other_channels_is_refused_by_name(tmp_path):
    make_grey_set(tmp_path, 1)

    with pytest.raises(ModelError, match="bright/1: expected a network for 3 channels"):
        measure_images(list_grey_files([tmp_path]).files, replace(bright_subject(), channels=1))


def test_a_network_of_one_channel_reads_grey_as_it_is(tmp_path):
    make_grey_set(tmp_path, 2)
    given = []

    def predict(batch):
        given.append(batch.shape)
        return np.clip(batch[..., 0] / 9, 0, 1)

    subject = replace(bright_subject(), frame=BrainFrame(32, 1), channels=1, predict=predict)
    images = measure_images(list_grey_files([tmp_path]).files, subject).images

    assert given == [(4, 32, 32, 1)]
    assert len(images) == 4


def test_an_answer_that_is_no_probability_is_refused(tmp_path):
    make_grey_set(tmp_path, 1)
    subject = replace(bright_subject(), predict=lambda batch: batch[..., 0] * np.nan)

    with pytest.raises(EngineError, match="expected probabilities from 0 to 1, found nan"):
        measure_images(list_grey_files([tmp_path]).files, subject)


def test_copies_of_a_picture_bear_one_number(tmp_path):
    root = make_grey_set(tmp_path, 2)
    copy = np.asarray(Image.open(root / "glioma" / "glioma_0.jpg"))[:, ::-1]
    save(root / "glioma" / "mirrored.png", copy)

    images = measure_images(list_grey_files([root]).files, bright_subject()).images

    numbers = {one.name: one.picture for one in images}
    assert numbers["glioma/mirrored.png"] == numbers["glioma/glioma_0.jpg"]
    assert len(set(numbers.values())) == 4


def test_what_was_seen_carries_image_and_probability(tmp_path):
    save(tmp_path / "glioma" / "a.png", picture(1, 40, 30))

    (one,) = see_images(list_grey_files([tmp_path]).files, bright_subject())

    assert isinstance(one, SeenImage)
    assert one.image.shape == (40, 30, 1)
    assert one.probability.dtype == np.float32
