"""A second look at some slices, by every way to carry out a network."""

import shutil

import numpy as np
import pytest
from scipy.special import expit, logit

from seg_core.errors import ChecksumMismatch
from seg_core.inference import make_engine
from seg_core.inference.mirrored import with_mirrored, worth_another_look
from seg_core.models.card import AsRead, Mirroring
from seg_core.models.card_files import write_card
from seg_core.models.file_names import SECOND_BIN, SECOND_WEIGHTS
from seg_core.models.registry import open_model
from seg_core.network.export import load_weights
from tests.inference.networks import SIZE


def one_sided(batch):
    """Sees a tenth of what it should in the left half."""
    seen = batch[..., 0].copy()
    seen[:, :, : seen.shape[2] // 2] *= 0.1
    return seen


def test_slices_that_come_near_a_tumour_are_averaged_with_their_mirror_image():
    batch = np.full((2, 4, 4, 1), 0.001, np.float32)
    batch[1, 1, 0] = 0.8
    batch[1, 2, 3] = 0.8

    seen = with_mirrored(one_sided, batch, Mirroring(0.02))

    both = expit((logit(0.08) + logit(0.8)) / 2)
    assert seen[1, 1, 0] == pytest.approx(both, rel=1e-5)
    assert seen[1, 2, 3] == pytest.approx(both, rel=1e-5)
    np.testing.assert_array_equal(seen[0], one_sided(batch)[0])


def test_without_a_least_or_without_such_a_slice_there_is_one_look():
    looks = []

    def predict(batch):
        looks.append(len(batch))
        return one_sided(batch)

    batch = np.full((3, 4, 4, 1), 0.01, np.float32)
    with_mirrored(predict, batch, None)
    with_mirrored(predict, batch, Mirroring(0.02))

    assert looks == [3, 3]


def test_of_slices_near_a_tumour_only_those_in_doubt_get_another_look():
    sure, unsure, far = (np.zeros((4, 4), np.float32) for _ in range(3))
    sure[0] = 0.99  # four pixels, of each a hundredth is doubt
    unsure[0] = 0.9
    far[0, 0] = 0.01
    seen = np.stack([sure, unsure, far])

    assert worth_another_look(seen, Mirroring(0.02)).tolist() == [0, 1]
    assert worth_another_look(seen, Mirroring(0.02, unsure=0.1)).tolist() == [1]
    assert worth_another_look(seen, Mirroring(0.02, unsure=0.12)).tolist() == []


def test_a_second_opinion_of_slices_in_doubt_counts_as_much_as_the_first():
    asked = []

    def second(batch):
        asked.append(len(batch))
        return np.full(batch.shape[:-1], 0.4, np.float32)

    batch = np.full((3, 4, 4, 1), 0.001, np.float32)
    batch[1, 1, 0] = batch[1, 2, 3] = 0.8

    seen = with_mirrored(one_sided, batch, Mirroring(0.02), second)

    own = (logit(0.08) + logit(0.8)) / 2
    assert asked == [2]  # the one slice, and its mirror image
    assert seen[1, 1, 0] == pytest.approx(expit((own + logit(0.4)) / 2), rel=1e-5)
    np.testing.assert_array_equal(seen[[0, 2]], one_sided(batch)[[0, 2]])


def test_the_mirror_image_s_second_opinion_is_mirrored_back():
    batch = np.full((1, 4, 4, 1), 0.5, np.float32)

    seen = with_mirrored(lambda b: b[..., 0], batch, Mirroring(0.02), one_sided)

    halves = expit((logit(0.05) + logit(0.5)) / 4)  # a tenth in one half, as often left as right
    np.testing.assert_allclose(seen, np.full((1, 4, 4), halves), rtol=1e-5)


@pytest.mark.parametrize("engine", ["openvino", "tensorflow"])
def test_an_engine_asks_the_second_network_where_the_card_says_so(
    engine, small_unet, asking_unet, tmp_path
):
    alone = make_engine(engine)
    alone.load(small_unet)
    batch = np.random.default_rng(0).random((3, SIZE, SIZE, 3), np.float32)
    first = with_mirrored(alone.predict, batch, Mirroring(0.0))
    flair = load_weights(asking_unet.folder / SECOND_WEIGHTS)
    views = [np.array(flair(x))[..., 0] for x in (batch, batch[:, :, ::-1])]
    second = (logit(views[0]) + logit(views[1][:, :, ::-1])) / 2
    expected = expit((logit(first) + second) / 2)

    asking = make_engine(engine)
    asking.load(asking_unet)

    np.testing.assert_allclose(asking.predict(batch), expected, atol=1e-3)  # Keras, not OpenVINO
    assert np.abs(expected - first).max() > 1e-2


def test_a_changed_file_of_the_second_network_is_not_carried_out(asking_unet, tmp_path):
    folder = tmp_path / asking_unet.name / asking_unet.version
    shutil.copytree(asking_unet.folder, folder)
    with (folder / SECOND_BIN).open("ab") as file:
        file.write(b"x")

    with pytest.raises(ChecksumMismatch, match=SECOND_BIN):
        make_engine("openvino").load(open_model(folder))


def test_an_engine_forgets_the_second_network_with_the_next_model(small_unet, asking_unet):
    engine, alone = make_engine("openvino"), make_engine("openvino")
    batch = np.random.default_rng(0).random((2, SIZE, SIZE, 3), np.float32)
    engine.load(asking_unet)
    engine.predict(batch)
    engine.load(small_unet)
    alone.load(small_unet)

    np.testing.assert_array_equal(engine.predict(batch), alone.predict(batch))


@pytest.mark.parametrize("engine", ["openvino", "tensorflow"])
def test_an_engine_reads_mirror_images_where_the_card_says_so(engine, small_unet, tmp_path):
    plain = make_engine(engine)
    plain.load(small_unet)
    folder = tmp_path / small_unet.name / small_unet.version
    shutil.copytree(small_unet.folder, folder)
    how = {"split": "out-of-fold", "patients": 1, "source": "evaluation/out-of-fold"}
    as_read = AsRead(mirrored_from=0.0, **how)
    write_card(folder, small_unet.card.model_copy(update={"as_read": as_read}))
    batch = np.random.default_rng(0).random((3, SIZE, SIZE, 3), np.float32)
    expected = with_mirrored(plain.predict, batch, Mirroring(0.0))

    mirrored = make_engine(engine)
    mirrored.load(open_model(folder))

    np.testing.assert_allclose(mirrored.predict(batch), expected, atol=1e-5)
    assert np.abs(expected - plain.predict(batch)).max() > 1e-4
