"""Times a training step with Keras' batch normalisation and with the fused one, in turns.

    python -m benchmarks.normalisation [--recipe second-reader] [--precision float32] [--repeats 8]

Random slices in memory. The last line holds the figures as `name value` pairs: slices a second,
the quickest of the repeats, and their ratio.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import numpy as np

from seg_core.training.recipe import Recipe, recipe_named


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", default="second-reader")
    parser.add_argument("--precision", default="float32")
    parser.add_argument("--repeats", type=int, default=8)
    args = parser.parse_args(argv)
    recipe = recipe_named(args.recipe).changed({"precision": args.precision})
    print(figures(_quickest(recipe, args.repeats), recipe.batch_size))


def _quickest(recipe: Recipe, repeats: int) -> dict[str, float]:
    """Seconds of the quickest step of each kind, after one step that traces the network."""
    n, size, channels = recipe.batch_size, recipe.network.size, recipe.network.channels
    rng = np.random.default_rng(0)
    slices = rng.standard_normal((n, size, size, channels), np.float32)
    truth = (rng.random((n, size, size, 1)) > 0.9).astype(np.float32)
    models = {"keras": _with_keras_own(recipe), "fused": _built(recipe)}
    seconds: dict[str, list[float]] = {name: [] for name in models}
    for turn in range(repeats + 1):
        for name, model in models.items():
            began = time.perf_counter()
            model.train_on_batch(slices, truth)
            if turn:
                seconds[name].append(time.perf_counter() - began)
    return {name: min(found) for name, found in seconds.items()}


def _built(recipe: Recipe) -> Any:
    from seg_core.training.build import build_model

    return build_model(recipe)


def _with_keras_own(recipe: Recipe) -> Any:
    import keras

    from seg_core.network import efficient_unet, unet

    own = keras.layers.BatchNormalization
    with (
        patch.object(unet, "FusedBatchNormalization", own),
        patch.object(efficient_unet, "FusedBatchNormalization", own),
    ):
        return _built(recipe)


def figures(seconds: dict[str, float], batch_size: int) -> str:
    """One line of `name value` pairs."""
    keras_speed, fused_speed = (batch_size / seconds[name] for name in ("keras", "fused"))
    return (
        f"keras_slices_per_second {keras_speed:.1f} fused_slices_per_second {fused_speed:.1f} "
        f"ratio {fused_speed / keras_speed:.2f}"
    )


if __name__ == "__main__":
    main()
