"""The curves of images by class as SVG."""

import re

import pytest

from seg_core.evaluation.grey_charts import PINK, shares_svg, spread
from seg_core.evaluation.grey_figures import shares
from tests.evaluation.made_grey import measured_image

IMAGES = [
    measured_image("gli<oma", 0.2, picture=0),
    measured_image("notumor", 0.9, picture=1),
]


def drawn(classes):
    curves = [shares(IMAGES, [name], 1) for name in classes]
    return shares_svg(curves, ["notumor"], "Any pixel")


def test_the_upper_nineties_are_drawn_as_wide_as_the_lower_tens():
    assert spread(0.5) == 0
    assert spread(0.98) == pytest.approx(-spread(0.02))


def test_each_class_has_its_curve_and_its_name_the_higher_one_first():
    picture = drawn(["gli<oma", "notumor"])

    assert picture.index(">notumor<") < picture.index(">gli&lt;oma<")
    assert "gli<oma" not in picture
    assert picture.count('stroke-width="2"') == 4  # two curves and their two samples


def test_a_class_without_tumour_is_dashed_and_of_its_own_colour():
    assert re.search(rf'stroke="{PINK}" stroke-width="2" stroke-dasharray', drawn(["notumor"]))
    assert "stroke-dasharray" not in drawn(["gli<oma"])


def test_a_class_without_images_has_no_curve():
    assert 'stroke-width="2"' not in drawn(["meningioma"])
