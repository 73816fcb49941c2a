import numpy as np
import pytest

from seg_core.errors import ModelError
from seg_core.models.routing import default_first, default_words, input_kind, route
from seg_core.settings import Settings
from seg_core.study import Study
from tests.models.released import make_released


def make_study(slices: np.ndarray) -> Study:
    files = tuple(f"s_{i}.tif" for i in range(len(slices)))
    return Study("STUDY", "test", files, slices)


def coloured() -> Study:
    rng = np.random.default_rng(0)
    return make_study(rng.integers(0, 256, (8, 16, 16, 3), dtype=np.uint8))


def grey() -> Study:
    return make_study(coloured().slices[..., :1])


@pytest.mark.parametrize(
    ("study", "kind"),
    [
        (coloured(), "differing"),
        (grey(), "grey"),
        (make_study(np.repeat(grey().slices, 3, axis=-1)), "grey"),
        (make_study(grey().slices[:3]), "loose"),
        (Study("S", "test", tuple(f"{i}.JPG" for i in range(8)), grey().slices), "loose"),
        (make_study(np.zeros((0, 8, 8, 3), np.uint8)), "loose"),
    ],
    ids=["three channels", "one channel", "three equal channels", "few", "JPEGs", "no slice"],
)
def test_the_kind_of_an_input(study: Study, kind: str) -> None:
    assert input_kind(study) == kind


def test_a_grey_jpeg_whose_channels_differ_by_rounding_is_grey() -> None:
    slices = np.repeat(grey().slices // 2, 3, axis=-1)
    slices[..., 2] += np.arange(16, dtype=np.uint8) % 2  # every other column one level off

    assert input_kind(make_study(slices)) == "grey"


def test_one_substituted_channel_does_not_make_a_study_grey() -> None:
    slices = coloured().slices.copy()
    slices[..., 2] = slices[..., 1]

    assert input_kind(make_study(slices)) == "differing"


def test_sixteen_bits_are_judged_by_the_range_that_is_used() -> None:
    slices = np.repeat(grey().slices.astype(np.uint16) * 16, 3, axis=-1)  # twelve bits
    slices[..., 2] += 15  # less than one level of eight bits

    assert input_kind(make_study(slices)) == "grey"
    assert input_kind(make_study(coloured().slices.astype(np.uint16))) == "differing"


def test_the_only_released_model_takes_all(settings: Settings) -> None:
    only = make_released(settings.models, name="my-unet")

    assert route(coloured(), [only]) == route(grey(), [only]) == only


def test_each_kind_goes_to_its_own_model(settings: Settings) -> None:
    names = ("paper-unet", "second-reader", "second-reader-flair")
    models = [make_released(settings.models, name=name) for name in names]

    assert route(coloured(), models).name == "second-reader"
    assert route(grey(), models).name == "second-reader-flair"


def test_the_newest_version_is_chosen(settings: Settings) -> None:
    models = [make_released(settings.models, version=version) for version in ("9", "10")]

    assert route(coloured(), models).version == "10"


def test_paper_unet_steps_in_for_a_model_that_is_not_released(settings: Settings) -> None:
    models = [make_released(settings.models, name=n) for n in ("paper-unet", "second-reader")]

    assert route(grey(), models).name == "paper-unet"


def test_a_study_without_a_fitting_model_says_what_was_wanted(settings: Settings) -> None:
    models = [make_released(settings.models, name=n) for n in ("one", "two")]

    with pytest.raises(ModelError, match="expected a released model called second-reader or paper"):
        route(coloured(), models)


def test_a_name_that_reads_by_default_says_what_its_next_version_will_read() -> None:
    assert "reads studies of three channels wherever" in default_words("second-reader")
    assert "of one channel and loose grey images" in default_words("second-reader-flair")
    assert default_words("my-unet") == ""


def test_the_models_that_read_by_default_come_first_and_newest_first(settings: Settings) -> None:
    labels = ["paper-unet/1", "second-reader-flair/4", "second-reader/9", "second-reader/10", "a/1"]
    names = [label.split("/") for label in labels]
    models = [make_released(settings.models, name=name, version=v) for name, v in names]

    assert [model.label for model in default_first(models)] == [
        "second-reader/10", "second-reader/9", "second-reader-flair/4", "a/1", "paper-unet/1",
    ]  # fmt: skip
