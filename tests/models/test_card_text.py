from seg_core.models.card import AsRead
from seg_core.models.card_text import as_read_words, card_text, figure, interval, of_100
from tests.models.released import MEASURED, make_card
from tests.triage.looks import phantom_looks


def test_a_number_that_was_not_measured_is_a_dash() -> None:
    assert (figure(None), figure(0.81234)) == ("–", "0.812")
    assert interval(None, None) == "–"
    assert of_100(None) == "–"


def test_the_text_has_every_section_in_order() -> None:
    titles = [line[3:] for line in card_text(make_card()).splitlines() if line.startswith("## ")]

    assert titles == [
        "Measured",
        "What a threshold costs",
        "Probability",
        "Confidence",
        "Unlike the training data",
        "Not for",
        "Input",
        "Network",
        "Data",
        "Training",
        "Licence",
        "Files",
    ]


def test_the_limits_of_the_training_data_s_look_stand_in_a_table_of_each_kind_of_input() -> None:
    assert "Not checked" in card_text(make_card())

    text = card_text(make_card(usual=phantom_looks()))

    assert "FLAIR, 10 patients." in text
    assert "| coverage |" in text
    assert "| neighbours |" in text


def test_the_card_says_of_which_slices_the_mirror_image_is_read_too() -> None:
    how = AsRead(
        mirrored_from=0.02, mirrored_unsure=0.08, split="out-of-fold", patients=1, source="x"
    )

    assert "the slice is at least 0.02 and at least 0.08 of its probability is doubt." in (
        as_read_words(how)
    )


def test_the_card_says_where_a_second_network_is_asked() -> None:
    how = AsRead(
        mirrored_from=0.02, second_opinion=True, split="out-of-fold", patients=1, source="x"
    )

    assert "There a second network reads both too, and its logit counts as much." in (
        as_read_words(how)
    )


def test_the_text_says_research_use_only() -> None:
    assert "Research use only. Not for diagnosis." in card_text(make_card())


def test_a_figure_stands_with_interval_part_patients_and_source() -> None:
    text = card_text(make_card(measured=(MEASURED.model_dump(),)))

    row = "| F1 | 0.800 | 0.700 to 0.900 | test | 1 | 20 | `runs/run-1/evaluation` |"
    assert row in text


def test_a_card_without_figures_says_so() -> None:
    assert "Nothing was measured yet." in card_text(make_card())


def test_costs_are_said_of_a_hundred() -> None:
    cost = {
        "confidence_threshold": 0.98,
        "missed": {"value": 0.25, "low": 0.2, "high": 0.3},
        "empty": None,
        "tumour_slices": 40,
        "flagged_slices": 0,
        "split": "test",
        "source": "runs/run-1/evaluation",
    }

    text = card_text(make_card(costs=(cost,)))

    assert "| 0.98 | 25.0 of 100 (20.0 to 30.0) | – | 40 | 0 | test |" in text


def test_the_calibration_says_what_it_covers() -> None:
    fit = {
        "method": "logistic",
        "slope": 1.5,
        "intercept": -0.25,
        "split": "validation",
        "patients": 9,
        "slices": 300,
        "true_of_flagged": 0.9875,
        "source": "runs/run-1/evaluation",
    }

    text = card_text(make_card(confidence=fit))

    assert "held to 98.75 % with tumour of the slices flagged at 0.98" in text
    assert "on 9 validation patients, 300 slices" in text
    assert "covers three channels that differ; elsewhere confidence is not calibrated" in text


def test_a_bar_in_a_setting_does_not_break_the_table() -> None:
    assert r"`a\|b`" in card_text(make_card(network={"name": "a|b"}))
