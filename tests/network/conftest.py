"""A network exported once for the tests that look at what comes out: it takes ten seconds."""

from pathlib import Path
from typing import Any

import pytest

from seg_core.network.as_read import as_read
from seg_core.network.efficient_settings import EfficientUnetSettings
from seg_core.network.efficient_unet import build_efficient_unet
from seg_core.network.export import export_network, load_weights


@pytest.fixture(scope="session")
def mirrored() -> Any:
    """An encoder-decoder of four levels that reads mirror images too: it ends twice."""
    network = build_efficient_unet(EfficientUnetSettings(size=32, weights="none"), seed=3)
    return as_read(network, flips=True)


@pytest.fixture(scope="session")
def exported(mirrored: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `mirrored` was exported to."""
    folder = tmp_path_factory.mktemp("exported")
    export_network(mirrored, folder)
    return folder


@pytest.fixture(scope="session")
def opened(exported: Path) -> Any:
    """What Keras opens from there."""
    return load_weights(exported / "weights.keras")
