"""Early stopping: its guard, its patience, its memory."""

from seg_core.training.early_stopping import BestSoFar, judge, patience_left
from seg_core.training.recipe import EarlyStopping


def test_the_first_epochs_wandering_decides_nothing():
    settings, memory = EarlyStopping(start_epoch=3, patience=2), BestSoFar()
    improved = [
        judge(memory, settings, epoch, v) for epoch, v in enumerate([0.9, 0.8, 0.1, 0.2], 1)
    ]

    assert improved == [False, False, True, True]
    assert (memory.best_epoch, memory.best_value) == (4, 0.2)


def test_patience_is_used_up_by_epochs_without_improvement():
    settings, memory = EarlyStopping(start_epoch=1, patience=2), BestSoFar()
    left = []
    for epoch, value in enumerate([0.5, 0.4, 0.6, 0.6, 0.5], 1):
        judge(memory, settings, epoch, value)
        left.append(patience_left(memory, settings))

    assert left == [2, 1, 2, 1, 0]


def test_less_is_better_where_the_mode_says_so():
    settings, memory = EarlyStopping(monitor="loss", mode="min", start_epoch=1), BestSoFar()

    assert [judge(memory, settings, e, v) for e, v in ((1, 0.5), (2, 0.6), (3, 0.4))] == [
        True,
        False,
        True,
    ]


def test_a_figure_that_is_not_defined_is_no_improvement():
    settings, memory = EarlyStopping(start_epoch=1, patience=2), BestSoFar()

    assert not judge(memory, settings, 1, None)
    assert patience_left(memory, settings) == 1
