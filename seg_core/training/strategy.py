"""One network on several GPUs of this machine, each with a share of every batch. It picks no GPU.

The shares together do what one device does with the whole batch: the loss is worked out over all
of it (`all_gather`, so the pooled Dice too), gradients are summed before they are clipped, and
batch normalisation takes its mean and variance over all of it. Only dropout differs, which each
device draws for its own share. TensorFlow only: under JAX a run has one device.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from seg_core.errors import RecipeError
from seg_core.training.recipe import Recipe

log = logging.getLogger(__name__)


def make_strategy() -> Any:
    """A MirroredStrategy over the devices that this process sees, or None where there is one.

    GPUs where there are any, else logical CPUs, of which there is one unless it was split.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        import jax

        if len(jax.devices()) > 1:
            log.warning("JAX trains on one device here: the first of %d", len(jax.devices()))
        return None
    import tensorflow as tf

    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    return tf.distribute.MirroredStrategy(devices) if len(devices) > 1 else None


def scope(strategy: Any) -> AbstractContextManager[Any]:
    """Where a model for `strategy` is built, loaded and trained; nothing without one."""
    return nullcontext() if strategy is None else strategy.scope()


def spread(model: Any, recipe: Recipe, strategy: Any) -> Any:
    """The recipe's model as it is, or with its batches shared out. To be called within `scope`.

    Raises RecipeError for batches that cannot be shared out evenly.
    """
    if strategy is None:
        return model
    devices = strategy.num_replicas_in_sync
    if recipe.batch_size % devices:
        raise RecipeError(
            "batch_size",
            f"expected a multiple of {devices}, as many devices share each batch, "
            f"received {recipe.batch_size}",
        )
    return MirroredModel(model, recipe, strategy)


class MirroredModel:
    """A compiled model on several devices, with the calls that a trainer makes of one.

    Everything else (weights, layers, optimizer) is the model's own.
    """

    def __init__(self, model: Any, recipe: Recipe, strategy: Any) -> None:
        import tensorflow as tf

        from seg_core.network.losses import loss_named
        from seg_core.network.metrics import BatchSums

        self.model, self.strategy = model, strategy
        self.loss, self.sums = (
            loss_named(recipe.loss, recipe.image_level),
            BatchSums(recipe.pixel_threshold),
        )
        self.replicas = int(strategy.num_replicas_in_sync)
        for layer in model.layers:
            if hasattr(layer, "synchronized"):
                layer.synchronized = True
        clip = model.optimizer.global_clipnorm
        if clip is not None:  # each device passes its part of the sum: see `_train_share`
            model.optimizer.global_clipnorm = clip / self.replicas
        self._train = tf.function(self._train_batch, reduce_retracing=True)
        self._predict = tf.function(self._predict_batch, reduce_retracing=True)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def train_on_batch(
        self, images: np.ndarray, truth: np.ndarray, return_dict: bool = True
    ) -> dict[str, Any]:
        """One step on a whole batch; gives `loss` and the sums of the batch, as Keras does."""
        import tensorflow as tf

        self.sums.reset_state()
        loss = self._train(self._shares(images), self._shares(truth))
        # A sum that is read here is the sum over the devices.
        sums = {name: tf.convert_to_tensor(v.value) for name, v in self.sums.sums.items()}
        copies = 1 if self._divides(images) else self.replicas
        return {"loss": loss, **{name: value / copies for name, value in sums.items()}}

    def predict_on_batch(self, images: np.ndarray) -> np.ndarray:
        """float32 (b, size, size, c) -> float32 (b, size, size, 1), in the order given."""
        shares = self.strategy.experimental_local_results(self._predict(self._shares(images)))
        kept = shares if self._divides(images) else shares[:1]
        return np.concatenate([np.asarray(share) for share in kept])

    def _divides(self, values: np.ndarray) -> bool:
        return len(values) % self.replicas == 0

    def _shares(self, values: np.ndarray) -> Any:
        """Equal consecutive parts of a batch, one a device.

        A batch that does not divide, such as an epoch's last, is worked out whole on each one:
        means over the copies are those over the batch, and no device is left with nothing.
        """
        import tensorflow as tf

        whole = [values] * self.replicas
        parts = np.split(values, self.replicas) if self._divides(values) else whole
        return self.strategy.experimental_distribute_values_from_function(
            lambda context: tf.constant(parts[context.replica_id_in_sync_group])
        )

    def _train_batch(self, images: Any, truth: Any) -> Any:
        losses = self.strategy.run(self._train_share, args=(images, truth))
        return self.strategy.experimental_local_results(losses)[0]  # the same on each device

    def _train_share(self, images: Any, truth: Any) -> Any:
        """On one device: its share forward, the loss over the whole batch, and the update."""
        import tensorflow as tf

        context = tf.distribute.get_replica_context()
        variables = self.model.trainable_variables
        with tf.GradientTape() as tape:
            probability = self.model(images, training=True)
            gathered = context.all_gather(probability, axis=0)
            gathered.set_shape([None, *probability.shape[1:]])  # gathering forgets it
            loss = self.loss(context.all_gather(truth, axis=0), gathered)
            # Every device works out the same loss, and gathering hands each one's gradient to all.
            part = loss / self.replicas
        gradients = tape.gradient(part, [variable.value for variable in variables])
        gradients = context.all_reduce(tf.distribute.ReduceOp.SUM, gradients)
        # Keras sums over the devices once more: so each one passes a part of the sum.
        self.model.optimizer.apply_gradients(
            [(g / self.replicas, v) for g, v in zip(gradients, variables, strict=True)]
        )
        self.sums.update_state(truth, probability)
        return loss

    def _predict_batch(self, images: Any) -> Any:
        return self.strategy.run(lambda share: self.model(share, training=False), args=(images,))
