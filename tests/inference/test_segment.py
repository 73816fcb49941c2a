from dataclasses import replace

import numpy as np
import pytest

from seg_core.errors import EngineError, ModelError
from seg_core.inference.engine import FakeEngine
from seg_core.inference.segment import reading_notes, segment_study
from seg_core.inference.summary import summarise
from seg_core.settings import Settings
from seg_core.study import Study
from tests.inference.networks import make_study
from tests.models.released import CARD, make_released
from tests.triage.looks import phantom, phantom_looks

CALIBRATED = {
    "method": "logistic",
    "slope": 1.0,
    "intercept": 0.0,
    "split": "validation",
    "patients": 2,
    "slices": 40,
    "source": "runs/run-1/evaluation",
}


def test_a_reading_has_the_slices_own_size(settings: Settings) -> None:
    study = make_study(size=96)  # the card's frame is 64 x 64

    reading = segment_study(study, make_released(settings.models), FakeEngine())

    assert reading.probability.shape == (5, 96, 96)
    assert reading.probability.dtype == np.float32
    assert reading.confidence.shape == (5,)


def test_what_is_bright_is_found_where_it_is(settings: Settings) -> None:
    study = make_study()

    reading = segment_study(study, make_released(settings.models), FakeEngine())

    overlap = (reading.mask() & study.truth).sum()
    assert overlap / study.truth.sum() > 0.9
    assert overlap / reading.mask().sum() > 0.9


def test_the_result_does_not_depend_on_the_batch(settings: Settings) -> None:
    model, study = make_released(settings.models), make_study(slices=7)

    one = segment_study(study, model, FakeEngine(), batch=1)
    all_at_once = segment_study(study, model, FakeEngine(), batch=100)

    np.testing.assert_array_equal(one.probability, all_at_once.probability)


def test_never_more_than_a_batch_reaches_the_engine(settings: Settings) -> None:
    engine = FakeEngine()

    segment_study(make_study(slices=7), make_released(settings.models), engine, batch=3)

    assert engine.batches == [3, 3, 1]


def test_progress_is_told_after_each_batch(settings: Settings) -> None:
    seen = []

    segment_study(
        make_study(slices=5),
        make_released(settings.models),
        FakeEngine(),
        batch=2,
        progress=lambda done, slices: seen.append((done, slices)),
    )

    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_a_reading_names_model_engine_and_thresholds(settings: Settings) -> None:
    model = make_released(settings.models, pixel_threshold=0.4)

    reading = segment_study(make_study(), model, FakeEngine())

    assert (reading.model_name, reading.model_version) == ("paper-unet", "1")
    assert reading.model_sha256 == model.sha256
    assert reading.engine.name == "fake"
    assert (reading.pixel_threshold, reading.confidence_threshold) == (0.4, 0.98)
    assert set(reading.seconds) == {"load", "infer"}


def test_confidence_is_calibrated_where_the_card_covers_the_input(settings: Settings) -> None:
    model = make_released(settings.models, confidence=CALIBRATED | {"slope": 0.0})

    reading = segment_study(make_study(), model, FakeEngine())

    assert reading.calibrated
    assert reading.confidence.tolist() == [0.5] * 5  # slope 0: the sigmoid of 0


def test_grey_slices_are_read_and_not_calibrated(settings: Settings) -> None:
    model = make_released(settings.models, confidence=CALIBRATED)

    reading = segment_study(make_study(channels=1), model, FakeEngine())

    assert not reading.calibrated
    assert reading.mask().any()


def test_notes_say_how_grey_slices_are_read(settings: Settings) -> None:
    model = make_released(settings.models, confidence=CALIBRATED)

    notes = reading_notes(make_study(channels=1), model)

    assert [note.kind for note in notes] == ["grey", "not calibrated"]
    assert "given to the network for each of pre-contrast, FLAIR, post-contrast" in notes[0].reason
    assert "nothing is flagged" in notes[1].reason


def test_a_patient_that_training_looked_at_is_called_so(settings: Settings) -> None:
    data = CARD["data"] | {"seen": ["A"]}
    model = make_released(settings.models, confidence=CALIBRATED, data=data)

    (note,) = reading_notes(replace(make_study(), name="A"), model)

    assert note.kind == "training patient"
    assert "paper-unet/1 learnt from a patient of this name" in note.reason
    assert reading_notes(replace(make_study(), name="B"), model) == ()


def test_another_visit_of_a_patient_that_training_looked_at_is_called_so(
    settings: Settings,
) -> None:
    data = CARD["data"] | {"seen": ["TCGA_CS_4943_20000902"]}
    model = make_released(settings.models, confidence=CALIBRATED, data=data)

    (note,) = reading_notes(replace(make_study(), name="TCGA_CS_4943_20020101"), model)

    assert "paper-unet/1 learnt from another visit of this patient" in note.reason


def test_a_covered_study_has_no_note(settings: Settings) -> None:
    model = make_released(settings.models, confidence=CALIBRATED)

    assert reading_notes(make_study(), model) == ()


def test_a_study_unlike_the_training_data_gets_a_note_and_no_flag(settings: Settings) -> None:
    model = make_released(settings.models, confidence=CALIBRATED, usual=phantom_looks())
    noise = make_study(slices=12, size=64)

    notes = reading_notes(noise, model)
    reading = segment_study(noise, model, FakeEngine())

    assert [note.kind for note in notes] == ["unlike the training data", "not calibrated"]
    assert "in training" in notes[0].reason
    assert "unlike the training data of paper-unet/1" in notes[1].reason
    assert not reading.calibrated
    assert summarise(noise, reading, 0.5, 0.98, notes).notes[0].kind == "unlike the training data"


def test_a_study_like_the_training_data_gets_neither(settings: Settings) -> None:
    model = make_released(settings.models, confidence=CALIBRATED, usual=phantom_looks())

    assert reading_notes(phantom(99), model) == ()
    assert segment_study(phantom(99), model, FakeEngine()).calibrated


def test_a_model_of_other_channels_is_refused(settings: Settings) -> None:
    model = make_released(settings.models, channels=("FLAIR",))

    with pytest.raises(ModelError, match=r"STUDY: expected 1 channels \(FLAIR\).*found 3"):
        segment_study(make_study(), model, FakeEngine())


@pytest.mark.parametrize("wrong", [np.nan, 1.5, -0.1])
def test_what_is_no_probability_is_an_error(settings: Settings, wrong: float) -> None:
    engine = FakeEngine(lambda batch: np.full(batch.shape[:-1], wrong))

    with pytest.raises(EngineError, match="expected probabilities from 0 to 1"):
        segment_study(make_study(), make_released(settings.models), engine)


def test_an_answer_of_another_shape_is_an_error(settings: Settings) -> None:
    engine = FakeEngine(lambda batch: batch)

    with pytest.raises(EngineError, match="expected a probability of"):
        segment_study(make_study(), make_released(settings.models), engine)


def test_a_study_without_slices_gives_an_empty_reading(settings: Settings) -> None:
    study = Study("EMPTY", "test", (), np.zeros((0, 8, 8, 3), np.uint8))

    reading = segment_study(study, make_released(settings.models), FakeEngine())

    assert reading.probability.shape == (0, 8, 8)
    assert reading.confidence.shape == (0,)
