"""Images of public sets whose own picture contradicts the class that they are filed under."""

from __future__ import annotations

from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).parent / "doubtful"


@cache
def doubtful_images() -> dict[str, str]:
    """SHA-256 of an image file -> what it shows, though it is filed as without tumour.

    From `doubtful/notumor.txt`: looked through by eye, by no radiologist. Only what presses on
    the brain or swells it is there; other diseases are no tumour, as their class says.
    """
    text = (SHIPPED / "notumor.txt").read_text()
    lines = [line.split(maxsplit=2) for line in text.splitlines() if not line.startswith("#")]
    return {digest: shown for digest, _, shown in lines}
