"""What a released model may be called: a card's name is a folder's too. It makes no model."""

from __future__ import annotations

import re

from seg_core.errors import ModelError
from seg_core.models.card import NAME


def check_name(name: str) -> None:
    """Raises ModelError for a name that no card may bear."""
    if re.fullmatch(NAME, name) is None:
        raise ModelError(
            "name: expected small letters, digits and hyphens, a letter or a digit first, such as "
            f"my-model-2, received {name!r}."
        )
