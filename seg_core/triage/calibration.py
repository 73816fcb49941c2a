"""From a slice's raw score to a calibrated confidence: fitted with scikit-learn, applied without.

The fit lies on the model's card as plain numbers. It chooses no threshold.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from seg_core.models.card import Calibration, Card, InputKind

NEIGHBOURS = 0.5
"""Weight of the mean of a slice's two neighbours in a new fit, against 1 of its own. A tumour
seldom ends between two slices; more than this hides those at its ends (EXPERIMENTS.md)."""

LIMIT = 1e-6
"""Scores are kept this far from 0 and 1 before a logit."""


def calibrate(scores: np.ndarray, fit: Calibration) -> np.ndarray:
    """Confidence of each slice of one study: float (n,) of 0 to 1 -> float32 (n,) of 0 to 1.

    scores: raw, in the order of the slices.
    """
    if fit.method == "isotonic":
        confidence = np.interp(scores, fit.scores, fit.confidences)
    else:
        assert fit.slope is not None  # the card's schema asks for both
        assert fit.intercept is not None
        x = _in_context(scores, fit.neighbours)
        confidence = expit(fit.slope * x + fit.intercept)
    return np.asarray(confidence, np.float32)


def confidence_of(scores: np.ndarray, card: Card, kind: InputKind) -> tuple[np.ndarray, bool]:
    """(confidence float32 (n,), calibrated) for an input of that kind.

    Where the card's calibration does not cover it, the raw scores and False.
    """
    if card.confidence is None or kind not in card.confidence.covers:
        return np.asarray(scores, np.float32), False
    return calibrate(scores, card.confidence), True


def fit_logistic(
    scores: Sequence[np.ndarray],
    holds_tumour: np.ndarray,
    *,
    split: str,
    source: str,
    neighbours: float = NEIGHBOURS,
) -> Calibration:
    """Platt's two numbers on the score's logit, its neighbours' counted in.

    scores: of each study that the network did not train on, float (its slices,).
    holds_tumour: bool (n,), of all slices in the same order.
    Raises ValueError unless both kinds of slices are there.
    """
    from sklearn.linear_model import LogisticRegression

    x = np.concatenate([_in_context(some, neighbours) for some in scores])
    _check(x, holds_tumour)
    model = LogisticRegression(C=1e6).fit(x[:, None], holds_tumour)
    return Calibration(
        method="logistic",
        slope=float(model.coef_[0, 0]),
        intercept=float(model.intercept_[0]),
        neighbours=neighbours,
        split=split,
        patients=len(scores),
        slices=len(x),
        source=source,
    )


def fit_isotonic(
    scores: np.ndarray, holds_tumour: np.ndarray, *, split: str, patients: int, source: str
) -> Calibration:
    """Rising steps, kept inside (0, 1) by one slice of each kind added at both ends.

    Needs many slices: with few it is unsure at the top, where the threshold lies.
    scores: float (n,). patients: how many they are of. The rest, and errors, as `fit_logistic`.
    """
    from sklearn.isotonic import IsotonicRegression

    _check(scores, holds_tumour)
    x = np.concatenate([scores, [0.0, 0.0, 1.0, 1.0]])
    y = np.concatenate([holds_tumour, [False, True, False, True]]).astype(float)
    model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(x, y)
    return Calibration(
        method="isotonic",
        scores=tuple(model.X_thresholds_.tolist()),
        confidences=tuple(model.y_thresholds_.tolist()),
        split=split,
        patients=patients,
        slices=len(scores),
        source=source,
    )


def calibration_error(confidence: np.ndarray, holds_tumour: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: mean gap between confidence and share of tumour, over equal bins.

    confidence: float (n,), n > 0. holds_tumour: bool (n,). 0 is perfect.
    """
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(which, weights=confidence - holds_tumour, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))


def _in_context(scores: np.ndarray, neighbours: float) -> np.ndarray:
    """float64 (n,): each slice's logit with its neighbours'; at an end its own stands for one."""
    own = _logit(scores)
    if not neighbours or not len(own):
        return own
    beside = np.pad(own, 1, mode="edge")
    return (own + neighbours * (beside[:-2] + beside[2:]) / 2) / (1 + neighbours)


def _logit(scores: np.ndarray) -> np.ndarray:
    p = np.clip(np.asarray(scores, np.float64), LIMIT, 1 - LIMIT)
    return np.log(p / (1 - p))


def _check(scores: np.ndarray, holds_tumour: np.ndarray) -> None:
    if scores.shape != holds_tumour.shape or scores.ndim != 1:
        raise ValueError(
            f"holds_tumour: expected one for each of {scores.shape} scores, "
            f"received {holds_tumour.shape}"
        )
    if not holds_tumour.any() or holds_tumour.all():
        raise ValueError(
            "holds_tumour: expected slices with and without tumour, received one kind only"
        )
