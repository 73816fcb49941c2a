"""Studies in a folder, its sub-folders or a single image. It opens no image.

Links are followed nowhere out of the folder: a data root promises that nothing outside is read.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from seg_core.readers.image import has_image_ending
from seg_core.readers.names import is_hidden, is_mask, pairing_key, studies_of
from seg_core.readers.source import Kind, SliceFile, StudySource
from seg_core.study import Skipped

DEPTH = 6
"""Folders below the one given. Kaggle's own zip of the LGG set has three."""

COMPARED = 5
"""Files read to tell a copy of a study from another one with the same names and sizes."""


def studies_in_folder(root: Path) -> list[StudySource]:
    """Each folder with images below `root`, itself included, as a study; natural order."""
    root = root.resolve()
    found, outside = _walk(root)
    studies = studies_of(found, root.name, lambda paths: _content(root, paths))
    in_folder = Counter(PurePosixPath(paths[0]).parent for _, paths in studies)
    sources = []
    for name, paths in studies:
        folder = PurePosixPath(paths[0]).parent
        kind: Kind = "patient folder" if in_folder[folder] == 1 else "loose images"
        files = tuple(SliceFile(PurePosixPath(path).name, root / path) for path in paths)
        links = [PurePosixPath(path) for path in outside]
        lost = tuple(Skipped(link.name, LEADS_OUT) for link in links if link.parent == folder)
        sources.append(StudySource(name, root / folder, kind, files, lost))
    return sources


LEADS_OUT = (
    "expected a file inside the folder that was opened, found a link that leads out of it. "
    "Copy the file into the folder."
)


def study_of_image(path: Path) -> StudySource:
    """One image as a study of one slice, with the mask that lies beside it."""
    beside = [
        SliceFile(other.name, other)
        for other in sorted(path.parent.iterdir())
        if is_mask(other.name)
        and has_image_ending(other.name)
        and pairing_key(other.name) == pairing_key(path.name)
        and other.name != path.name
        and other.resolve().is_relative_to(path.parent.resolve())
    ]
    return StudySource(path.stem, path, "image", (SliceFile(path.name, path), *beside))


def _content(root: Path, paths: Sequence[str]) -> str:
    """Digest of all sizes and of COMPARED files spread over a study's, the middle one too."""
    digest = hashlib.sha256()
    spread = {round(i * (len(paths) - 1) / (COMPARED - 1)) for i in range(COMPARED)}
    for i, path in enumerate(paths):
        digest.update(str((root / path).lstat().st_size).encode())
        if i in spread and (root / path).is_file():
            digest.update((root / path).read_bytes())
    return digest.hexdigest()


def _walk(root: Path) -> tuple[list[str], list[str]]:
    """Relative paths of images below `root`, and of those that are links out of it."""
    inside: list[str] = []
    outside: list[str] = []
    for folder, folders, files in os.walk(root):
        here = Path(folder).relative_to(root)
        deep = len(here.parts) >= DEPTH
        folders[:] = [] if deep else [name for name in folders if not is_hidden(name)]
        for name in filter(has_image_ending, files):
            path = Path(folder) / name
            leads_out = path.is_symlink() and not path.resolve().is_relative_to(root)
            (outside if leads_out else inside).append((here / name).as_posix())
    return inside, outside
