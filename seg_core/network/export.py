"""A trained network to files: Keras' own, and OpenVINO's for the engine that needs no Keras."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np

from seg_core.network.silent_openvino import import_openvino
from seg_core.network.upsampling import join_upsampling

WEIGHTS, NETWORK_XML = "weights.keras", "network.xml"


def export_network(
    model: Any, folder: Path, *, weights: str = WEIGHTS, xml: str = NETWORK_XML
) -> None:
    """Write weights.keras (weights and layers, no optimiser), network.xml and network.bin.

    weights, xml: other names for them; the .bin is named as the .xml.

    The batch stays dynamic. Both hold weights rounded to half precision, which takes half the room
    and is taken back to float32 when they are loaded. In network.xml they are rounded once more,
    with the normalisations in them: what that costs says `python -m benchmarks.half_precision`.
    """
    openvino = import_openvino()  # before Keras' export imports it
    import keras

    folder.mkdir(parents=True, exist_ok=True)
    # Neither the model itself nor its clone: both drag loss and optimiser into the file. Keras'
    # own normalisation stands for the fused one: the file then opens without this project.
    bare = keras.Model.from_config(
        model.get_config(),
        custom_objects={"FusedBatchNormalization": keras.layers.BatchNormalization},
    )
    bare.set_weights([_rounded(values) for values in model.get_weights()])
    bare.save(folder / weights)
    _compress(folder / weights)
    part = (folder / xml).with_suffix(".part.xml")
    bare.export(str(part), format="openvino", verbose=False)  # Keras asks for a string
    network = openvino.Core().read_model(part)
    join_upsampling(network)
    openvino.save_model(network, folder / xml, compress_to_fp16=True)
    del network
    for leftover in (part, part.with_suffix(".bin")):
        leftover.unlink()


def _rounded(weights: np.ndarray) -> np.ndarray:
    """To the nearest number of half precision, still float32; whole where one is too large."""
    with np.errstate(over="ignore"):
        half = weights.astype(np.float16).astype(np.float32)
    return half if np.isfinite(half).all() else weights


def _compress(path: Path) -> None:
    """Deflate the members of a zip, which Keras stores as they are; rounded weights shrink."""
    part = path.with_name(f"{path.name}.part")
    with ZipFile(path) as stored, ZipFile(part, "w", ZIP_DEFLATED) as deflated:
        for name in stored.namelist():
            deflated.writestr(name, stored.read(name))
    part.replace(path)


def load_weights(path: Path) -> Any:
    """The Keras model of a weights.keras, opened in safe mode (no code from the file runs)."""
    import keras

    return keras.models.load_model(path, compile=False, safe_mode=True)
