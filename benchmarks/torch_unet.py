"""A U-Net of the shape of brain-segmentation-pytorch, with random weights, for timing alone.

32 features at first, four halvings, two 3 x 3 convolutions with batch normalisation and ReLU a
level, 2 x 2 transposed convolutions; three channels of 256 x 256 in. It needs PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

SIZE, CHANNELS, FEATURES, DEPTH = 256, 3, 32, 4


def build(features: int = FEATURES, depth: int = DEPTH) -> Any:
    """The network, ready to predict. Raises ImportError without PyTorch."""
    from torch import cat, nn, sigmoid

    def block(before: int, after: int) -> Any:
        parts: list[Any] = []
        for channels in (before, after):
            conv = nn.Conv2d(channels, after, 3, padding=1, bias=False)
            parts += [conv, nn.BatchNorm2d(after), nn.ReLU(inplace=True)]
        return nn.Sequential(*parts)

    widths = [features * 2**level for level in range(depth + 1)]

    class UNet(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.down = nn.ModuleList(map(block, [CHANNELS, *widths[:-1]], widths))
            ups = [(width, width // 2) for width in reversed(widths[1:])]
            self.rise = nn.ModuleList(nn.ConvTranspose2d(a, b, 2, stride=2) for a, b in ups)
            self.up = nn.ModuleList(block(a, b) for a, b in ups)
            self.last = nn.Conv2d(features, 1, 1)

        def forward(self, x: Any) -> Any:
            skips = []
            for level in self.down[:-1]:
                x = level(x)
                skips.append(x)
                x = nn.functional.max_pool2d(x, 2)
            x = self.down[-1](x)
            for rise, up in zip(self.rise, self.up, strict=True):
                x = up(cat((rise(x), skips.pop()), dim=1))
            return sigmoid(self.last(x))

    return UNet().eval()


def predict(network: Any, batch: np.ndarray) -> np.ndarray:
    """float32 (b, side, side, channels) -> float32 (b, side, side), in eager mode."""
    import torch

    with torch.inference_mode():
        seen = network(torch.from_numpy(batch.transpose(0, 3, 1, 2)))
    return np.asarray(seen.numpy()[:, 0])


def multiplications(size: int = SIZE, features: int = FEATURES, depth: int = DEPTH) -> int:
    """Of its convolutions, for one slice."""
    total, before = 0, CHANNELS
    for level in range(depth + 1):
        width, area = features * 2**level, (size // 2**level) ** 2
        total += 9 * (before + width) * width * area
        if level:  # on the way up: from this level to the one above it, then its block
            above, area = width // 2, 4 * area
            total += width * above * area  # 2 x 2 of stride 2: each pixel made comes from one
            total += 9 * (width + above) * above * area
        before = width
    return total + features * size**2
