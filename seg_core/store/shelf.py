"""The study shelf: studies and readings kept between visits. It runs no network.

A study lies in `studies/<id>/`, named by its content, so the same study is kept once
wherever it was opened from. Pixels lie in files, everything that lists show in the database.
A file is whole before its row exists; a row never points at a file that is not there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from seg_core.errors import StoreError
from seg_core.settings import Settings
from seg_core.store import lists, readings, removals, studies
from seg_core.store.database import Store, open_store, sqlite_url
from seg_core.store.readings import ReadingRow
from seg_core.store.studies import StudyRow
from seg_core.store.study_file import (
    quantise,
    read_probability,
    read_study,
    remove_study,
    study_digest,
    write_probability,
    write_study,
)
from seg_core.study import Reading, Study, pixel_digest
from seg_core.whole_files import make_whole_folder, sweep_parts

_ID = re.compile(r"[0-9a-f]{24}")

NEVER_THERE, WAS_REMOVED = "none of that id", "that it was removed"


class StudyShelf:
    """All studies of one workspace. store: the database that they are listed in."""

    def __init__(self, settings: Settings, store: Store | None = None) -> None:
        self._folder = settings.studies
        self.store = store or open_store(settings.database_url or sqlite_url(settings.database))
        self._folder.mkdir(parents=True, exist_ok=True)
        sweep_parts(self._folder)

    def add(self, study: Study, into: str | None = None, by: str = "") -> str:
        """Put a study on the shelf and return its id; one that is there already stays, mended
        where its files were damaged.

        into: the study list that it is to lie in, moved there by the reviewer `by` if need be.
        None leaves it where it is, a new one in Main. Raises StoreError when it cannot be
        written, ReadError for what is no list's name; then nothing of it is there.
        """
        name = lists.clean_list_name(into) if into is not None else None
        study_id = study_digest(study)
        folder = self._folder / study_id
        with _said_plainly(self._folder):
            if folder.is_dir() and not _readable(read_study, folder):
                write_study(folder, study)
            make_whole_folder(folder, partial(write_study, study=study))
        with self.store.writing() as connection:
            studies.insert_study(connection, study_id, study, pixel_digest(study))
            if name is not None:
                lists.put_into(connection, [study_id], name, by)
        return study_id

    def open(self, study_id: str) -> Study:
        """The study of that id. Raises StoreError when it is not on the shelf."""
        self.expect(study_id)
        return read_study(self._folder_of(study_id))

    def remove(self, study_id: str) -> None:
        """Delete a study's pictures and truth; lists and pages know it no more.

        Its name, what models saw and what was read of it stay in the record. Put on the shelf
        again it is there as before. Raises StoreError when it is not there or cannot be deleted.
        """
        self.expect(study_id)
        folder = self._folder / study_id  # which may be gone: then there is nothing left to delete
        with self.store.writing() as connection:
            removals.insert_removal(connection, study_id, removed=True)
            with _said_plainly(folder):
                remove_study(folder)

    def expect(self, study_id: str) -> StudyRow:
        """What lists show of one study. Raises StoreError when it is not on the shelf."""
        with self.store.reading() as connection:
            row = studies.find_study(connection, study_id)
            removed = row is None and study_id in removals.removed_ids(connection)
        if row is None:
            raise _not_there(study_id, WAS_REMOVED if removed else NEVER_THERE)
        return row

    def row(self, study_id: str) -> StudyRow | None:
        """What lists show of one study, without its pixels; None when it is not there."""
        with self.store.reading() as connection:
            return studies.find_study(connection, study_id)

    def recent(self, limit: int, named: str = "") -> list[StudyRow]:
        """The studies that arrived last, newest first; only those with `named` in their name.

        No pixel is read.
        """
        with self.store.reading() as connection:
            return studies.recent_studies(connection, limit, named)

    def called(self, name: str) -> list[StudyRow]:
        """The studies of exactly that name, newest first."""
        with self.store.reading() as connection:
            return studies.studies_called(connection, name)

    def count(self) -> int:
        """How many studies are on the shelf."""
        with self.store.reading() as connection:
            return studies.count_studies(connection)

    def save_reading(self, study_id: str, reading: Reading, *, on_trial: bool = False) -> None:
        """Keep what a model saw in a study; earlier readings stay.

        on_trial: by a model that one reviewer chose. It is had by naming that model; where none is
        named, lists and viewers keep the reading that is for all.
        Raises StoreError when the study is not there or the reading does not fit it.
        """
        row = self.expect(study_id)
        expected = (row.slices, *row.height_width)
        if reading.probability.shape != expected or reading.confidence.shape != expected[:1]:
            raise StoreError(
                f"{row.name}: expected a reading of (slices, height, width) {expected}, found "
                f"probability {reading.probability.shape} and confidence "
                f"{reading.confidence.shape}. Let the model read this very study."
            )
        digest = hashlib.sha256(quantise(reading.probability).data).hexdigest()
        file = f"reading-{digest[:24]}.npz"
        path = self._folder_of(study_id) / file
        if not _readable(read_probability, path):
            with _said_plainly(path):
                write_probability(path, reading.probability)
        with self.store.writing() as connection:
            readings.insert_reading(connection, study_id, reading, file, on_trial=on_trial)

    def reading_row(
        self, study_id: str, model_name: str | None = None, version: str | None = None
    ) -> ReadingRow | None:
        """The newest reading by that model, without its probability; the one for all if none is
        named."""
        with self.store.reading() as connection:
            return readings.newest_reading(connection, study_id, model_name, version)

    def reading_of(self, row: ReadingRow) -> Reading:
        """The whole reading that `row` lists. Raises StoreError when its file is damaged."""
        return row.with_probability(read_probability(self._folder_of(row.study_id) / row.file))

    def close(self) -> None:
        """Give the database back."""
        self.store.close()

    def _folder_of(self, study_id: str) -> Path:
        if not _ID.fullmatch(study_id) or not (self._folder / study_id).is_dir():
            raise _not_there(study_id)
        return self._folder / study_id


def _readable(read: Callable[[Path], object], path: Path) -> bool:
    """Whether what lies there is whole."""
    try:
        read(path)
    except StoreError:
        return False
    return True


@contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{path}: expected to write here, found: {error.strerror or error}. See that the disk "
            "has room and the folder can be written, then try again."
        ) from error


def _not_there(study_id: str, found: str = NEVER_THERE) -> StoreError:
    return StoreError(
        f"study {study_id!r}: expected it on the shelf, found {found}. Open the study again from "
        "where it came from."
    )
