"""What every page opens first: settings, the study shelf, models and the engine, shared and cached.

It draws nothing. Pages get arrays that are shared between sessions and may not be written to.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import streamlit as st

from pages.components.plain_text import plain
from seg_core.errors import ModelError, SecondReaderError
from seg_core.settings import Settings, load_settings
from seg_core.store import ReadingRoom, ReadingRow, SegmentationQueue, StudyShelf
from seg_core.study import Reading, Study

if TYPE_CHECKING:
    from seg_core.inference import Engine
    from seg_core.models import ReleasedModel

Progress = Callable[[int, int], None]

DEMO_SEED = 7
"""Of the demo study: always the same phantom."""


@dataclass(frozen=True, eq=False)
class Workspace:
    """One installation as all sessions of this process share it."""

    settings: Settings
    shelf: StudyShelf
    _reading_lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def room(self) -> ReadingRoom:
        """Who reads here, and what each may see."""
        return ReadingRoom(self.shelf.store)

    @cached_property
    def queue(self) -> SegmentationQueue:
        """Studies that wait for a model."""
        return SegmentationQueue(self.shelf.store)

    def models(self) -> list[ReleasedModel]:
        """Released models of this machine and of the project; empty when none is installed."""
        from seg_core.models import list_models

        return list_models(self.settings)

    def study(self, study_id: str) -> Study:
        """A study of the shelf, read-only. Raises StoreError when it is not there."""
        self.shelf.expect(study_id)  # it may have been removed, and still be kept here
        return _study(str(self.settings.home), study_id, self.shelf)

    def reading(
        self, study_id: str, model_name: str | None = None, version: str | None = None
    ) -> Reading | None:
        """The newest reading of a study by that model, read-only; the one for all if none is named.

        Without a version, the newest one of that model counts: its thresholds are those that
        somebody chose last. None where that one is another network, which has not read yet.
        """
        row = self.shelf.reading_row(study_id, model_name, version)
        if row is None:
            return None
        newest = self._newest_after(row) if version is None else None
        if newest is not None:
            return self._under_card(study_id, row, newest)
        return self._kept(row)

    def read_for_all(self, study_id: str) -> bool:
        """Whether a reading is there for those who choose no model."""
        return self.shelf.reading_row(study_id) is not None

    def row_of(self, study_id: str, reading: Reading | None) -> ReadingRow | None:
        """What the store lists of a reading that a page shows; None for none."""
        if reading is None:
            return None
        return self.shelf.reading_row(study_id, reading.model_name, reading.model_version)

    def _newest_after(self, row: ReadingRow) -> ReleasedModel | None:
        """A later version of the model that read, if one is installed."""
        later = (m for m in self.models() if m.name == row.model_name)
        newest = next(later, None)
        return newest if newest and int(newest.version) > int(row.model_version) else None

    def _under_card(self, study_id: str, row: ReadingRow, newest: ReleasedModel) -> Reading | None:
        """The newest version's reading: as kept, or under its card where it would read alike."""
        from seg_core.inference.other_card import reads_alike, under_card

        own = self.shelf.reading_row(study_id, newest.name, newest.version)
        if own is not None and (row.on_trial or not own.on_trial):
            return self._kept(own)
        label = f"{row.model_name}/{row.model_version}"
        before = next((model for model in self.models() if model.label == label), None)
        if before is None or not reads_alike(before, newest):
            return None
        reading = under_card(self._kept(row), newest)
        self.shelf.save_reading(study_id, reading, on_trial=row.on_trial)
        own = self.shelf.reading_row(study_id, newest.name, newest.version)
        return self._kept(own) if own else None

    def _kept(self, row: ReadingRow) -> Reading:
        return _reading(str(self.settings.home), row.seq, row, self.shelf)

    def model_for(self, study_id: str, wanted: str | None = None) -> ReleasedModel:
        """The model called `name` or `name/version`, or the one that routing picks.

        Raises ModelError when none fits.
        """
        from seg_core.models import find_model, routing

        if wanted is not None:
            return find_model(self.settings, wanted)
        models = self.models()
        if not models:
            raise ModelError(
                f"models: expected one in {self.settings.shipped_models} or "
                f"{self.settings.models}, found none. Train one and release it."
            )
        return routing.route(self.study(study_id), models)

    def read_study(
        self, study_id: str, wanted: str | None = None, progress: Progress | None = None
    ) -> Reading:
        """Let a model read a study now, keep the reading on the shelf, and return it.

        wanted: a model that the reviewer chose. Where routing would pick another, the reading is on
        trial: nobody gets it who did not choose so. One study is read at a time; `progress` is
        called with slices done and slices in all.
        Raises ModelError or EngineError when that cannot be.
        """
        from seg_core.inference import segment_study

        model = self.model_for(study_id, wanted)
        with self._reading_lock:
            reading = segment_study(self.study(study_id), model, self._engine, progress=progress)
        on_trial = wanted is not None and model.label != self._routed(study_id)
        self.shelf.save_reading(study_id, reading, on_trial=on_trial)
        kept = self.reading(study_id, reading.model_name, reading.model_version)
        return kept or reading

    def _routed(self, study_id: str) -> str:
        """The model that reads the study where nobody chose one; "" for none."""
        try:
            return self.model_for(study_id).label
        except ModelError:
            return ""

    @cached_property
    def _engine(self) -> Engine:
        from seg_core.inference import make_engine

        return make_engine("auto")

    def add_demo(self) -> str:
        """Put the demo study on the shelf and return its id; it is made once a process."""
        return self.shelf.add(self._demo)  # it may have been removed since

    @cached_property
    def _demo(self) -> Study:
        from seg_core.data.phantom import phantom_study

        return phantom_study(DEMO_SEED)


def open_workspace() -> Workspace:
    """The workspace of this installation; the first line of every page.

    Where it cannot be opened, the page says why and ends here.
    """
    try:
        settings = load_settings()
        key = settings.model_dump_json()
        opened = _workspace(key, settings)
        if settings.database_url is None and not settings.database.is_file():
            _forget_removed(settings)
            opened = _workspace(key, settings)
        return opened
    except SecondReaderError as error:
        st.error(plain(str(error)))
        st.stop()


def _forget_removed(settings: Settings) -> None:
    """The folder went away under the running app: say so, and let the next opening make it anew."""
    st.warning(
        f"The workspace {plain(str(settings.home))} was removed while the app was running, so its "
        "studies are gone from here. It begins anew, empty."
    )
    for cached in (_workspace, _study, _reading):
        cached.clear()


@st.cache_resource(show_spinner=False)
def _workspace(key: str, _settings: Settings) -> Workspace:
    return Workspace(_settings, StudyShelf(_settings))


@st.cache_resource(show_spinner=False, max_entries=4)
def _study(home: str, study_id: str, _shelf: StudyShelf) -> Study:
    study = _shelf.open(study_id)
    study.slices.flags.writeable = False
    return study


@st.cache_resource(show_spinner=False, max_entries=4)
def _reading(home: str, seq: int, _row: ReadingRow, _shelf: StudyShelf) -> Reading:
    reading = _shelf.reading_of(_row)
    reading.probability.flags.writeable = False
    return reading
