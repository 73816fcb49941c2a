import shutil
from pathlib import Path

import pytest

from seg_core.models.card import AsRead
from seg_core.models.card_files import write_card
from seg_core.models.file_names import NETWORK_FILES, SECOND_WEIGHTS, SECOND_XML
from seg_core.models.registry import ReleasedModel, open_model
from tests.inference.networks import SIZE
from tests.models.released import make_released


@pytest.fixture(scope="session")
def small_unet(tmp_path_factory: pytest.TempPathFactory) -> ReleasedModel:
    """A small untrained U-Net, saved and exported as a release is."""
    from seg_core.network.export import export_network
    from seg_core.network.settings import UnetSettings
    from seg_core.network.unet import build_unet

    folder = tmp_path_factory.mktemp("small-unet")
    export_network(build_unet(UnetSettings(size=SIZE, filters=4, depth=2), seed=3), folder)
    files = {name: (folder / name).read_bytes() for name in NETWORK_FILES}
    return make_released(folder / "models", networks=files)


@pytest.fixture(scope="session")
def asking_unet(
    small_unet: ReleasedModel, tmp_path_factory: pytest.TempPathFactory
) -> ReleasedModel:
    """`small_unet`, which asks a network of FLAIR for a second opinion of every slice."""
    from seg_core.network.export import export_network
    from seg_core.network.joined import joined
    from seg_core.network.settings import UnetSettings
    from seg_core.network.unet import build_unet

    folder = tmp_path_factory.mktemp("asking") / small_unet.name / small_unet.version
    shutil.copytree(small_unet.folder, folder)
    flair = build_unet(UnetSettings(size=SIZE, filters=4, depth=2, channels=1), seed=5)
    export_network(joined([flair], 3), folder, weights=SECOND_WEIGHTS, xml=SECOND_XML)
    how = {"split": "out-of-fold", "patients": 1, "source": "evaluation/out-of-fold"}
    as_read = AsRead(mirrored_from=0.0, second_opinion=True, **how)
    card = small_unet.card
    write_card(folder, card.model_copy(update={"as_read": as_read, "beside": (card.training,)}))
    return open_model(folder)


@pytest.fixture(scope="session")
def shipped_paper_unet() -> ReleasedModel:
    """The trained model that comes with the project. It fails where there is none."""
    from seg_core.models import find_model
    from seg_core.settings import PROJECT, Settings

    nowhere = Path("/nonexistent")  # so that the shipped model is found, not a workspace's
    return find_model(Settings(home=nowhere, shipped_models=PROJECT / "models"), "paper-unet")
