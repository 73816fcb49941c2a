from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from pages.components.plain_text import plain
from seg_core.models.card import Calibration
from seg_core.settings import Settings
from tests.models.released import MEASURED, make_released
from tests.pages.said import words

Open = Callable[..., AppTest]

NETWORK = {"size": 64, "channels": 3, "filters": 4, "depth": 2, "convolutions": 1}


def test_without_a_model_it_says_what_to_do_and_where_it_looked(
    open_page: Open, settings: Settings
) -> None:
    said = words(open_page("models"))

    assert "No model is installed" in said
    assert "python -m seg_core release RUN --name NAME" in said
    assert str(settings.shipped_models) in said


def test_a_card_is_shown_whole(open_page: Open, settings: Settings) -> None:
    make_released(settings.models, measured=(MEASURED,), network=NETWORK)

    app = open_page("models")
    said = words(app)

    assert (
        "### paper-unet, version 1 :green-badge[checksums hold] :gray-badge[not calibrated]" in said
    )
    assert "A card made by a test." in said
    assert "| Figure | test: 1 patient, 20 slices |" in said
    assert "| F1 | **0.800** (0.700 to 0.900) |" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "From `runs/run-1/evaluation`" in said
    assert "- diagnosis" in said
    assert "6 patients, 120 slices, 40 with tumour" in said
    assert "CC BY-NC-SA 4.0" in said
    assert "Network: 1,234 parameters" in said
    assert "data:image/svg+xml" in app.html[0].value


def test_figures_of_two_parts_stand_side_by_side(open_page: Open, settings: Settings) -> None:
    other = MEASURED.model_copy(update={"split": "validation", "value": 0.85})
    alone = other.model_copy(update={"name": "Worst", "value": 0.1, "low": None, "high": None})
    make_released(settings.models, measured=(MEASURED, other, alone))

    said = words(open_page("models")).replace("\N{NO-BREAK SPACE}", " ")

    assert "| F1 | **0.800** (0.700 to 0.900) | **0.850** (0.700 to 0.900) |" in said
    assert "| Worst | \N{EN DASH} | 0.100 |" in said


def test_a_changed_file_is_reported(open_page: Open, settings: Settings) -> None:
    model = make_released(settings.models)
    (model.folder / "network.bin").write_bytes(b"another network")

    app = open_page("models")

    assert ":red-badge[files differ]" in words(app)
    assert plain("network.bin: expected SHA-256") in app.error[0].value


def test_a_folder_that_is_no_model_is_named_and_the_others_stay(
    open_page: Open, settings: Settings
) -> None:
    make_released(settings.models)
    (settings.models / "*half*" / "1").mkdir(parents=True)

    said = words(open_page("models"))

    assert plain("*half*/1/card.json: expected a model's card") in said
    assert "paper-unet, version 1" in said


def test_what_was_not_measured_is_said_so(open_page: Open, settings: Settings) -> None:
    make_released(settings.models)

    said = words(open_page("models"))

    assert "Nothing was measured yet." in said
    assert "Not measured." in said
    assert "Not calibrated: raw scores are shown" in said


def test_a_calibration_names_whom_it_was_fitted_on(open_page: Open, settings: Settings) -> None:
    fit = Calibration(
        method="logistic",
        slope=1.0,
        intercept=0.0,
        split="validation",
        patients=3,
        slices=60,
        source="x",
    )
    make_released(settings.models, confidence=fit)

    assert "Calibrated (logistic) on 3 validation patients, 60 slices." in words(
        open_page("models")
    )


def test_a_network_of_another_builder_is_listed_and_not_drawn(
    open_page: Open, settings: Settings
) -> None:
    make_released(settings.models, network={"encoder": "resnet", "width": 2})

    app = open_page("models")

    assert "| encoder | resnet |" in words(app)
    assert not app.html


def test_a_card_s_texts_are_shown_in_tables_and_not_carried_out(
    open_page: Open, settings: Settings
) -> None:
    text = "a_b *c* :red[d] $x$ | `e`"
    make_released(
        settings.models,
        network={"encoder": text},
        measured=(MEASURED.model_copy(update={"name": text, "split": text}),),
    )

    said = words(open_page("models")).replace("\N{NO-BREAK SPACE}", " ")

    assert f"| encoder | {plain(text)} |" in said
    assert f"| Figure | {plain(text)}: 1 patient, 20 slices |" in said
    assert f"| {plain(text)} | **0.800** (0.700 to 0.900) |" in said


def test_several_models_are_chosen_between(open_page: Open, settings: Settings) -> None:
    make_released(settings.models)
    make_released(settings.models, version="2", summary="The second.")
    app = open_page("models")
    assert "The second." in words(app)  # the newest first

    app.segmented_control[0].set_value("paper-unet/1").run()

    assert "paper-unet, version 1" in words(app)


def test_the_model_that_reads_by_default_is_shown_first(
    open_page: Open, settings: Settings
) -> None:
    make_released(settings.models)
    make_released(settings.models, name="second-reader", summary="Reads by default.")

    assert "Reads by default." in words(open_page("models"))
