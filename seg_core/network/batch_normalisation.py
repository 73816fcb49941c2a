"""Batch normalisation by TensorFlow's fused kernel where there is one. Same weights, same figures.

Keras 3 normalises in many small operations, each of which walks through memory: on a CPU that
costs a good part of a training step (`python -m benchmarks.normalisation`). It changes no network:
a released one is written with Keras' own layer (`export`).
"""

from __future__ import annotations

from typing import Any

import keras


class FusedBatchNormalization(keras.layers.BatchNormalization):
    """Keras' layer for (n, h, w, c), carried out by one kernel on TensorFlow.

    The moving variance takes the unbiased variance of the batch, as the kernel gives it: larger
    than Keras' by a factor of m / (m - 1), m values a channel.
    """

    def __init__(self, **settings: Any) -> None:
        # The kernel wants its scale and offset in float32 beside slices of half precision.
        super().__init__(**{**settings, "autocast": False})

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        if keras.backend.backend() != "tensorflow" or self.synchronized:  # several GPUs together
            return super().call(inputs, training=training, mask=mask)
        import tensorflow as tf

        learns = bool(training and self.trainable)
        found = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=self.gamma.value,
            offset=self.beta.value,
            mean=[] if learns else self.moving_mean.value,
            variance=[] if learns else self.moving_variance.value,
            epsilon=self.epsilon,
            is_training=learns,
        )
        if learns:
            for moving, batch in (
                (self.moving_mean, found.batch_mean),
                (self.moving_variance, found.batch_variance),
            ):
                moving.assign(moving.value * self.momentum + batch * (1.0 - self.momentum))
        return found.y
