"""The file of digests beside a card: what its network was trained on. It judges no study."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path

from seg_core.errors import ChecksumMismatch, ModelError
from seg_core.models.file_names import SEEN_SLICES
from seg_core.whole_files import write_whole


def write_seen_slices(folder: Path, digests: Mapping[str, Collection[str]]) -> int:
    """Write the digests by the name of whom or what they are of; how many there are."""
    kept = {name: " ".join(sorted(digests[name])) for name in sorted(digests) if digests[name]}
    write_whole(folder / SEEN_SLICES, json.dumps(kept, indent=0, ensure_ascii=False) + "\n")
    return sum(len(digests[name]) for name in kept)


@lru_cache(maxsize=16)
def read_seen_slices(folder: Path, sha256: str) -> Mapping[str, str]:
    """Digest -> name of whom or what it is of; kept in memory, not to be changed.

    Raises ChecksumMismatch for a file of another SHA-256, ModelError where it cannot be read.
    """
    path = folder / SEEN_SLICES
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"{path}: expected the digests of what the model was trained on, found "
            f"{error.strerror}. Release or fetch the model anew."
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ChecksumMismatch(
            f"{path}: expected SHA-256 {sha256}, found {found}. "
            "The file was changed or damaged; release or fetch the model anew."
        )
    return {d: name for name, digests in json.loads(content).items() for d in digests.split()}
