"""What phantoms look like, as a card has it: made once for all tests that hold something to it."""

from functools import lru_cache

from seg_core.data.phantom import phantom_study
from seg_core.models.card import UsualLook
from seg_core.study import Study
from seg_core.triage.unlike import PATIENTS, usual_looks

SLICES, SIZE = 12, 64


@lru_cache
def phantom(seed: int) -> Study:
    return phantom_study(seed, SLICES, SIZE)


@lru_cache
def phantom_looks(channels: int = 3) -> tuple[UsualLook, ...]:
    return usual_looks((phantom(seed).slices for seed in range(PATIENTS)), channels)
