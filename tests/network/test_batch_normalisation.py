"""The fused normalisation gives what Keras' own gives."""

import keras
import numpy as np

from seg_core.network.batch_normalisation import FusedBatchNormalization

BATCH = np.random.default_rng(0).normal(3, 2, size=(4, 5, 5, 3)).astype(np.float32)


def test_training_and_reading_give_what_keras_gives():
    ours, theirs = (
        kind(momentum=0.9, epsilon=1e-3)
        for kind in (FusedBatchNormalization, keras.layers.BatchNormalization)
    )
    assert np.allclose(ours(BATCH, training=True), theirs(BATCH, training=True), atol=1e-5)
    assert np.allclose(ours.moving_mean, theirs.moving_mean, atol=1e-6)
    m = 4 * 5 * 5  # the kernel's moving variance is the unbiased one
    own = np.asarray(ours.moving_variance) - 0.9
    assert np.allclose(own * (m - 1) / m, np.asarray(theirs.moving_variance) - 0.9, atol=1e-5)

    ours.moving_variance.assign(theirs.moving_variance)
    assert np.allclose(ours(BATCH), theirs(BATCH), atol=1e-5)


def test_a_frozen_layer_learns_no_means():
    layer = FusedBatchNormalization()
    layer.build(BATCH.shape)
    layer.trainable = False
    layer(BATCH, training=True)

    assert np.array_equal(layer.moving_mean, np.zeros(3))
