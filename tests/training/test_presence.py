"""What a trainer leaves in its run while it works."""

import pytest

from seg_core.training.presence import gpu_word


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({}, "gpu:0"),
        ({"CUDA_VISIBLE_DEVICES": "1"}, "gpu:1"),
        ({"CUDA_VISIBLE_DEVICES": "2,3"}, "gpu:2"),
    ],
)
def test_two_runs_on_two_gpus_hold_two_locks(environ: dict[str, str], word: str) -> None:
    assert gpu_word(environ) == word
