"""Studies in a folder, its sub-folders or a single image. It opens no image.

Links are followed nowhere out of the folder: a data root promises that nothing outside is read.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from seg_core.readers.image import has_image_ending
from seg_core.readers.names import is_hidden, is_mask, pairing_key, studies_of
from seg_core.readers.source import Kind, SliceFile, StudySource
from seg_core.study import Skipped

DEPTH = 6
"""Folders below the one given. Kaggle's own zip of the LGG set has three."""

COMPARED = 5
"""Files read to tell a copy of a study from another one with the same names and sizes."""

OUR_RESULTS = frozenset({"summary.json", "triage.csv"})
"""A folder with both holds a reading that `segment` wrote: its masks are nobody's slices."""

LEADS_OUT = (
    "expected something inside the folder that was opened, found a link that leads out of it. "
    "Copy it into the folder."
)
NOT_ALLOWED = "expected a folder that may be read, found {found}. Check who may read it."


def studies_in_folder(root: Path) -> list[StudySource]:
    """Each folder with images below `root`, itself included, as a study; natural order.

    Folders that may not be entered come last, as studies that say so when opened.
    """
    root = root.resolve()
    walked = _walk(root)
    studies = studies_of(walked.images, root.name, lambda paths: _content(root, paths))
    in_folder = Counter(PurePosixPath(paths[0]).parent for _, paths in studies)
    links = [PurePosixPath(link) for link in walked.links]
    sources = []
    for name, paths in studies:
        folder = PurePosixPath(paths[0]).parent
        kind: Kind = "patient folder" if in_folder[folder] == 1 else "loose images"
        files = tuple(SliceFile(PurePosixPath(path).name, root / path) for path in paths)
        lost = tuple(Skipped(link.name, LEADS_OUT) for link in links if link.parent == folder)
        sources.append(StudySource(name, root / folder, kind, files, lost))
    for path, reason in walked.closed:
        closed = (Skipped(path.name, reason),)
        sources.append(StudySource(path.name, path, "patient folder", (), closed))
    return sources


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


@dataclass
class _Walked:
    """What lies below a root: images and links out of it, relative; folders not entered."""

    images: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    closed: list[tuple[Path, str]] = field(default_factory=list)

    def could_not_enter(self, error: OSError) -> None:
        reason = NOT_ALLOWED.format(found=error.strerror or type(error).__name__)
        self.closed.append((Path(str(error.filename)), reason))


def _walk(root: Path) -> _Walked:
    walked = _Walked()

    def leads_out(path: Path) -> bool:
        return path.is_symlink() and not path.resolve().is_relative_to(root)

    for folder, folders, files in os.walk(root, onerror=walked.could_not_enter):
        here = Path(folder)
        if frozenset(files) >= OUR_RESULTS and here != root:
            folders.clear()  # what `segment` wrote here is no study
            continue
        deep = len(here.relative_to(root).parts) >= DEPTH
        folders[:] = [] if deep else [name for name in folders if not is_hidden(name)]
        walked.closed += [(here / name, LEADS_OUT) for name in folders if leads_out(here / name)]
        for path in (here / name for name in files if has_image_ending(name)):
            relative = path.relative_to(root).as_posix()
            (walked.links if leads_out(path) else walked.images).append(relative)
    return walked
