"""A folder of images sorted by class, without masks: is it one, and what lies in it.

It opens no image. The layout is Kaggle's four-class set: a folder a class, these perhaps in
`Training` and `Testing`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from seg_core.errors import InputError, NothingToRead
from seg_core.links import lies_in, real
from seg_core.readers.image import has_image_ending
from seg_core.readers.names import is_hidden, is_mask, natural_order
from seg_core.study import Skipped

KNOWN = ("glioma", "meningioma", "pituitary", "notumo")
"""How the names of classes begin, in small letters alone; one of them makes the shape certain."""

WITHOUT_TUMOUR = ("no", "normal", "healthy")
"""Whole names that say, beside `notumor` and its spellings, that nothing is to be found."""

PARTS = ("training", "testing", "train", "test")
"""Folders that may stand between the root and the classes; their classes are taken together."""

DEPTH = 2
"""How many folders below a data root a set may lie."""

LEADS_OUT = (
    "expected an image inside the folder that was given, found a link that leads out of it. "
    "Copy it into the folder."
)
NO_MASKS = (
    "expected images without masks, found a mask. Evaluate patients with masks by themselves."
)
NO_ENTRY = "expected a folder that may be read, found {found}. Check who may read it."


@dataclass(frozen=True)
class GreyFile:
    """One image, a study of its own. name: its path below the root, the root's before it
    where several roots are measured together."""

    class_name: str
    name: str
    path: Path


@dataclass(frozen=True)
class GreyFiles:
    """What lies below some roots. classes: those with tumour first, in natural order.

    refused: links that lead out of a root, and folders that may not be entered.
    """

    classes: tuple[str, ...]
    files: tuple[GreyFile, ...]
    refused: tuple[Skipped, ...] = ()


def expects_tumour(class_name: str) -> bool:
    """Whether images of this class are said to show a tumour, by the class's name alone."""
    letters = _letters(class_name)
    return not (letters.startswith("notumo") or letters in WITHOUT_TUMOUR)


def is_grey_set(root: Path) -> bool:
    """Whether `root` has the shape: two classes or more with images and no mask, one known."""
    folders = _class_folders(root)
    names = {_letters(folder.name) for folder in folders}
    return (
        len(names) >= 2
        and any(name.startswith(KNOWN) for name in names)
        and not any(is_mask(path.name) for folder in folders for path in _images(folder))
    )


def find_grey_sets(roots: Iterable[Path]) -> list[Path]:
    """Sets at the roots or up to DEPTH folders below; a folder inside a set is none of its own."""
    found: dict[Path, None] = {}
    for root in map(real, roots):
        for folder in _below(root, root, DEPTH):
            found.setdefault(folder)
    return list(found)


def list_grey_files(roots: Sequence[Path]) -> GreyFiles:
    """Every image of every class, in natural order. Raises NothingToRead where a root has none.

    Classes of one name count as one, whatever its case.
    """
    files: list[GreyFile] = []
    refused: list[Skipped] = []
    names: dict[str, str] = {}
    for root in map(real, roots):
        folders = _class_folders(root)
        if not folders:
            raise _no_classes(root)
        before = f"{root.name}/" if len(roots) > 1 else ""
        for folder in folders:
            class_name = names.setdefault(_letters(folder.name) or folder.name, folder.name)
            inside, lost = _walk(folder, root, before)
            files += [GreyFile(class_name, before + name, root / name) for name in inside]
            refused += lost
    order = natural_order(names.values())
    classes = sorted(order, key=lambda name: not expects_tumour(name))  # keeps the natural order
    return GreyFiles(tuple(classes), tuple(files), tuple(refused))


def all_grey(roots: Sequence[Path], *, forced: bool = False) -> bool:
    """Whether every root is such a set. Raises InputError where only some are.

    forced: the user says so; then the names of the classes do not matter.
    """
    grey = [forced or is_grey_set(root) for root in roots]
    if any(grey) and not all(grey):
        other = roots[grey.index(False)]
        raise InputError(
            str(other),
            expected="a folder of images sorted by class, as the other --data is",
            found="something else",
            do="Evaluate patients with masks and images by class in two commands.",
        )
    return bool(grey) and all(grey)


def _no_classes(root: Path) -> NothingToRead:
    return NothingToRead(
        str(root),
        expected="folders of images, one a class (such as glioma, meningioma, notumor, pituitary)",
        found="no folder with an image" if root.is_dir() else "no folder",
        do="Give the folder that holds the classes, or Training and Testing.",
    )


def _class_folders(root: Path) -> list[Path]:
    """The folders with images in `root`, or in the parts in it, in natural order."""
    children = _folders(root)
    parts = [child for child in children if child.name.lower() in PARTS]
    parents = [part for part in parts if any(map(_holds_images, _folders(part)))]
    among = [folder for parent in parents for folder in _folders(parent)] if parents else children
    inside = [folder for folder in among if lies_in(folder, root)]
    return [folder for folder in inside if _holds_images(folder)]


def _below(folder: Path, root: Path, depth: int) -> Iterator[Path]:
    if not lies_in(folder, root):
        return
    if is_grey_set(folder):
        yield folder
    elif depth:
        for child in _folders(folder):
            yield from _below(child, root, depth - 1)


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [e.name for e in entries if e.is_dir() and not is_hidden(e.name)]
    except OSError:  # gone, or not ours to read: then it holds no classes for us
        return []
    return [folder / name for name in natural_order(names)]


def _images(folder: Path) -> Iterator[Path]:
    """Images that lie in `folder` itself, in the file system's order."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if has_image_ending(entry.name) and not is_hidden(entry.name):
                    yield Path(entry.path)
    except OSError:
        return


def _holds_images(folder: Path) -> bool:
    return next(_images(folder), None) is not None


def _walk(folder: Path, root: Path, before: str) -> tuple[list[str], list[Skipped]]:
    """Names of the images in a class's folder and below, from `root` on, and what is refused."""
    names: list[str] = []
    refused: list[Skipped] = []

    def no_entry(error: OSError) -> None:
        closed = Path(str(error.filename)).relative_to(root).as_posix()
        reason = NO_ENTRY.format(found=error.strerror or type(error).__name__)
        refused.append(Skipped(before + closed, reason))

    for here, folders, files in os.walk(folder, onerror=no_entry):
        folders[:] = [name for name in folders if not is_hidden(name)]
        for path in (Path(here) / file for file in files if has_image_ending(file)):
            name = path.relative_to(root).as_posix()
            if is_hidden(name):
                continue
            if is_mask(name):
                refused.append(Skipped(before + name, NO_MASKS))
            elif path.is_symlink() and not lies_in(path, root):
                refused.append(Skipped(before + name, LEADS_OUT))
            else:
                names.append(name)
    return natural_order(names), refused


def _letters(name: str) -> str:
    """`no_tumor` and `No tumor` are `notumor`."""
    return "".join(character for character in name.lower() if character.isalpha())
