import dataclasses

import numpy as np

from pages.components.picture_grid import slice_picture
from pages.components.reading_name import reading_name
from seg_core.study import Reading
from tests.pages.shelved import make_reading, make_study

STUDY = make_study()
READING = make_reading({6: 0.99})


def picture(reading: Reading, study_id: str) -> str:
    return slice_picture(reading_name(study_id, reading), 5, False, STUDY, reading)


def test_another_pixel_threshold_has_another_picture() -> None:
    probability = READING.probability.copy()
    probability[5, 2:30, 2:30] = 0.4
    half = dataclasses.replace(READING, probability=probability, pixel_threshold=0.5)
    lower = dataclasses.replace(half, pixel_threshold=0.3)

    first = picture(half, "A")

    assert picture(lower, "A") != first
    assert picture(half, "A") == first


def test_another_engine_s_reading_has_a_picture_of_its_own() -> None:
    engine = dataclasses.replace(READING.engine, precision="other")
    other = dataclasses.replace(
        READING, engine=engine, probability=np.zeros_like(READING.probability)
    )

    assert picture(other, "B") != picture(READING, "B")
