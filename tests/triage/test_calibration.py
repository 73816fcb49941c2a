import subprocess
import sys

import numpy as np
import pytest

from seg_core.models.card import Calibration
from seg_core.triage.calibration import (
    NEIGHBOURS,
    TRUE_OF_FLAGGED,
    calibrate,
    calibration_error,
    confidence_of,
    fit_logistic,
)
from tests.models.released import make_card

FITTED = {"split": "validation", "patients": 9, "slices": 300, "source": "runs/r/evaluation"}
WHERE = {"split": "validation", "source": "runs/r/evaluation"}


def make_scores(n: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Overconfident scores: tumour is there with the square of the score as its chance."""
    rng = np.random.default_rng(3)
    scores = rng.uniform(0, 1, n)
    return scores, rng.uniform(0, 1, n) < scores**2


def test_logistic_is_the_sigmoid_of_a_line_on_the_logit() -> None:
    fit = Calibration(method="logistic", slope=2.0, intercept=-1.0, **FITTED)

    # logit(0.5) = 0, so the confidence is 1 / (1 + e)
    assert calibrate(np.array([0.5]), fit) == pytest.approx([1 / (1 + np.e)])


def test_isotonic_runs_straight_between_its_knots_and_flat_outside() -> None:
    fit = Calibration(method="isotonic", scores=(0.2, 0.6), confidences=(0.1, 0.9), **FITTED)

    assert calibrate(np.array([0.0, 0.4, 1.0]), fit) == pytest.approx([0.1, 0.5, 0.9])


def logistic(scores: np.ndarray, tumour: np.ndarray) -> Calibration:
    """Of unrelated slices: a study each."""
    return fit_logistic(scores[:, None], tumour, **WHERE)


def test_a_fit_makes_overconfident_scores_honest() -> None:
    scores, tumour = make_scores()

    fit = logistic(scores, tumour)

    assert calibration_error(calibrate(scores, fit), tumour) < 0.05
    assert calibration_error(scores, tumour) > 0.1


def test_a_fit_keeps_the_order_of_slices_and_never_reaches_certainty() -> None:
    scores, tumour = make_scores()

    confidence = calibrate(np.linspace(0, 1, 50), logistic(scores, tumour))

    assert (np.diff(confidence) >= 0).all()
    assert confidence[0] > 0
    assert confidence[-1] < 1


def test_a_fit_survives_the_card_as_plain_numbers() -> None:
    scores, tumour = make_scores()
    fit = logistic(scores, tumour)

    again = Calibration.model_validate_json(fit.model_dump_json())

    assert again == fit


def test_a_fit_needs_slices_of_both_kinds() -> None:
    with pytest.raises(ValueError, match="with and without tumour"):
        fit_logistic([np.array([0.1, 0.2])], np.array([True, True]), **WHERE)


def sure_but_wrong() -> tuple[np.ndarray, np.ndarray]:
    """Overconfident scores, nine of ten slices with tumour in a stretch of them, and ten slices
    without among the surest."""
    scores = make_scores()[0] ** 0.05
    mostly = (scores > 0.9) & (np.arange(len(scores)) % 10 > 0)
    tumour = (scores > 0.96) | mostly
    return np.append(scores, np.full(10, 0.9999)), np.append(tumour, [False] * 10)


def test_a_fit_is_held_to_its_share_of_flagged_slices_with_tumour() -> None:
    scores, tumour = sure_but_wrong()

    fit = fit_logistic([scores], tumour, neighbours=0, **WHERE)
    flagged = calibrate(scores, fit) >= 0.98

    assert fit.true_of_flagged == TRUE_OF_FLAGGED
    assert tumour[flagged].mean() == pytest.approx(TRUE_OF_FLAGGED, abs=0.001)
    free = fit_logistic([scores], tumour, neighbours=0, true_of_flagged=None, **WHERE)
    assert free.true_of_flagged is None
    assert (calibrate(scores, free) >= 0.98).sum() < flagged.sum()


def test_slices_that_lie_apart_are_not_flagged_to_fill_the_share() -> None:
    rng = np.random.default_rng(0)
    scores = np.concatenate([rng.uniform(0.9, 0.999, 300), rng.uniform(0.001, 0.2, 600)])
    tumour = np.arange(900) < 300

    fit = fit_logistic([scores], tumour, neighbours=0, **WHERE)

    assert (calibrate(scores, fit) >= 0.98).tolist() == tumour.tolist()


def test_a_share_that_too_few_slices_show_leaves_the_fit_free() -> None:
    scores, tumour = np.array([0.1, 0.3, 0.6, 0.9]), np.array([False, True, False, True])

    fit = logistic(scores, tumour)

    assert fit.true_of_flagged is None
    assert fit == fit_logistic(scores[:, None], tumour, true_of_flagged=None, **WHERE)


def test_neighbours_lift_a_slice_between_sure_ones_and_lower_a_lone_one() -> None:
    alone = Calibration(method="logistic", slope=1.0, intercept=0.0, **FITTED)
    together = alone.model_copy(update={"neighbours": 0.5})

    between = np.array([0.9, 0.5, 0.9])
    lone = np.array([0.1, 0.9, 0.1])

    assert calibrate(between, together)[1] > calibrate(between, alone)[1]
    # logits -2.2, 2.2, -2.2: (2.2 - 0.5 * 2.2) / 1.5 = a third of its own
    assert calibrate(lone, together)[1] == pytest.approx(1 / (1 + 9 ** (-1 / 3)))


def test_a_slice_without_neighbours_keeps_its_own_confidence() -> None:
    alone = Calibration(method="logistic", slope=2.0, intercept=-1.0, **FITTED)
    together = alone.model_copy(update={"neighbours": 0.5})

    assert calibrate(np.array([0.7]), together) == pytest.approx(calibrate(np.array([0.7]), alone))


def test_a_study_is_fitted_with_its_own_neighbours_only() -> None:
    first, second = np.array([0.1, 0.2, 0.9]), np.array([0.3, 0.8])
    tumour = np.array([False, False, True, False, True])

    fit = fit_logistic([first, second], tumour, **WHERE)

    assert (fit.neighbours, fit.patients, fit.slices) == (NEIGHBOURS, 2, 5)
    assert fit != fit_logistic([np.concatenate([first, second])], tumour, **WHERE)


def test_an_input_that_the_calibration_does_not_cover_keeps_its_raw_scores() -> None:
    fit = {"method": "logistic", "slope": 2.0, "intercept": 0.0, **FITTED}
    card = make_card(confidence=fit)
    scores = np.array([0.3, 0.9], np.float32)

    confidence, calibrated = confidence_of(scores, card, "grey")

    assert not calibrated
    assert confidence.tolist() == scores.tolist()


def test_a_card_without_calibration_is_never_calibrated() -> None:
    assert confidence_of(np.array([0.3]), make_card(), "differing")[1] is False


def test_calibration_error_weighs_bins_by_their_slices() -> None:
    confidence = np.array([0.95, 0.95, 0.05, 0.05])
    tumour = np.array([True, False, False, False])

    # upper bin: 0.95 against 0.5, lower bin: 0.05 against 0; half of the slices each
    assert calibration_error(confidence, tumour, bins=2) == pytest.approx(0.5 * 0.45 + 0.5 * 0.05)


def test_applying_a_calibration_does_not_import_scikit_learn() -> None:
    code = """
import sys
import numpy as np
from seg_core.models.card import Calibration
from seg_core.triage.calibration import calibrate
fit = Calibration(method="logistic", slope=1.0, intercept=0.0, split="v", patients=1, slices=1,
                  source="s")
calibrate(np.array([0.5]), fit)
assert "sklearn" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
