import typer
from typer.testing import CliRunner

from seg_core.cli.digests import digests
from seg_core.data.phantom import write_phantom
from seg_core.models.registry import find_model
from seg_core.models.seen import seen_by
from seg_core.settings import load_settings
from tests.models.released import CARD, make_released


def run(*arguments: str):
    app = typer.Typer()
    app.command()(digests)
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def patients(folder):
    """(data set of two phantoms, data of a card that saw them and an image)."""
    data = folder / "data"
    write_phantom(data, patients=2, slices=2, seed=1)
    names = sorted(path.name for path in data.iterdir() if path.is_dir())
    seen = [*names, "notumor/a.png"]
    return data, CARD["data"] | {"seen": seen, "negatives": 1}


def test_the_next_version_knows_the_slices_and_its_images_by_name(tmp_path):
    data, card_data = patients(tmp_path)
    make_released(load_settings().models, name="mine", data=card_data)

    result = run("mine", "--data", str(data))

    assert "It knows 4 slices by their pixels." in result.output
    made = find_model(load_settings(), "mine")
    assert made.version == "2"
    assert seen_by(made).named(["notumor/a.png"])


def test_in_place_no_version_is_made(tmp_path):
    data, card_data = patients(tmp_path)
    make_released(load_settings().models, name="mine", data=card_data)

    run("mine", "--data", str(data), "--in-place")

    made = find_model(load_settings(), "mine")
    assert (made.version, made.card.data.seen_slices) == ("1", 4)


def test_images_without_tumour_are_known_by_their_pixels_where_their_folder_is_given(tmp_path):
    from PIL import Image

    data, card_data = patients(tmp_path)
    make_released(load_settings().models, name="mine", data=card_data)
    folder = tmp_path / "notumor"
    folder.mkdir()
    Image.linear_gradient("L").save(folder / "a.png")

    run("mine", "--data", str(data), "--images", str(folder))

    assert "notumor/a.png" in seen_by(find_model(load_settings(), "mine")).slices.values()
