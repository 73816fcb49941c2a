from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from seg_core.reading.suspicion import Suspected, auroc, auroc_interval


def drawn(studies: int, seed: int = 0) -> list[Suspected]:
    """Studies read once or twice; suspicion leans to the truth."""
    random = np.random.default_rng(seed)
    return [
        Suspected(
            tumour := bool(k % 2),
            tuple(int(s) for s in random.integers(1 + tumour, 5 + tumour, 1 + k % 3 // 2)),
        )
        for k in range(studies)
    ]


def test_the_area_is_scikit_learns_with_ties_counting_half() -> None:
    studies = drawn(60)
    reads = [(study.tumour, said) for study in studies for said in study.said]

    expected = roc_auc_score(*zip(*reads, strict=True))

    assert auroc(studies) == pytest.approx(expected)


@pytest.mark.parametrize("tumour", [True, False])
def test_studies_of_one_kind_have_no_area(tumour: bool) -> None:
    assert auroc([Suspected(tumour, (3,)), Suspected(tumour, (5,))]) is None
    assert auroc([]) is None


def test_the_interval_holds_the_area_and_wants_ten_studies_of_each_kind() -> None:
    studies = drawn(60)
    interval = auroc_interval(studies)

    assert interval.low is not None
    assert interval.high is not None
    area = auroc(studies)
    assert area is not None
    assert interval.low < area < interval.high
    assert auroc_interval(drawn(18)).too_few
