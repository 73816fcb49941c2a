"""From a slice's raw score to a calibrated confidence: fitted with scikit-learn, applied without.

The fit lies on the model's card as plain numbers. It chooses no threshold.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit

from seg_core.models.card import FLAGGED_FROM, Calibration, Card, InputKind

NEIGHBOURS = 0.25
"""Weight of the mean of a slice's two neighbours in a new fit, against 1 of its own. A tumour
seldom ends between two slices; more than this hides those at its ends (EXPERIMENTS.md)."""

TRUE_OF_FLAGGED = 0.985
"""Share of the slices flagged at FLAGGED_FROM that a new fit is held to. A free fit reads 0.98 as
the chance of the least sure of them, and is put off by a few slices without outline about which a
network is sure: more tumour slices than need be are then not flagged (EXPERIMENTS.md)."""

STEEPNESS = (0.01, 10.0)
"""Between which a held fit's slope is looked for; free ones were between 0.5 and 0.7."""

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
    true_of_flagged: float | None = TRUE_OF_FLAGGED,
) -> Calibration:
    """Platt's two numbers on the score's logit, its neighbours' counted in.

    scores: of each study that the network did not train on, float (its slices,).
    holds_tumour: bool (n,), of all slices in the same order.
    true_of_flagged: of the slices flagged at FLAGGED_FROM, the share with tumour that the fit is
    held to, one more without counted; None, or a share that these slices cannot show, leaves the
    fit free.
    Raises ValueError unless both kinds of slices are there.
    """
    x = np.concatenate([_in_context(some, neighbours) for some in scores])
    _check(x, holds_tumour)
    lowest = None if true_of_flagged is None else _lowest(x, holds_tumour, true_of_flagged)
    slope, intercept = _free(x, holds_tumour) if lowest is None else _held(x, holds_tumour, lowest)
    return Calibration(
        method="logistic",
        slope=slope,
        intercept=intercept,
        neighbours=neighbours,
        true_of_flagged=None if lowest is None else true_of_flagged,
        split=split,
        patients=len(scores),
        slices=len(x),
        source=source,
    )


def _lowest(x: np.ndarray, holds_tumour: np.ndarray, share: float) -> float | None:
    """The lowest x from which on at least `share` hold tumour; None where there is none.

    Slices of the same x are flagged together. It is never below every slice with tumour: where both
    kinds lie apart, nothing is gained by flagging others.
    """
    order = np.argsort(-x, kind="stable")
    ranked = x[order]
    last_of_its_x = np.append(ranked[1:] != ranked[:-1], True)
    true = np.cumsum(holds_tumour[order]) / (np.arange(len(x)) + 2)
    enough = np.flatnonzero(last_of_its_x & (true >= share))
    return max(float(ranked[enough[-1]]), float(x[holds_tumour].min())) if len(enough) else None


def _free(x: np.ndarray, holds_tumour: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the greatest likelihood."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6).fit(x[:, None], holds_tumour)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _held(x: np.ndarray, holds_tumour: np.ndarray, flagged_from: float) -> tuple[float, float]:
    """The same of those fits that give FLAGGED_FROM at x = `flagged_from`."""
    there = float(logit(FLAGGED_FROM))
    sign = np.where(holds_tumour, -1.0, 1.0)

    def cross_entropy(slope: float) -> float:
        return float(np.logaddexp(0, sign * (slope * (x - flagged_from) + there)).mean())

    slope = float(minimize_scalar(cross_entropy, bounds=STEEPNESS, method="bounded").x)
    return slope, there - slope * flagged_from


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
