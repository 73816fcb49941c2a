"""The tables of who read what: seats, lists, reads, verdicts, reveals, answers and the record.

It migrates nothing. Every table is append only: what changes is a further line, and the last
one counts. Times are UTC in ISO 8601, for people; order comes from `seq`.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from seg_core.store.tables import metadata


def _seq() -> Column[int]:
    return Column("seq", Integer, primary_key=True, autoincrement=True)


def _study() -> Column[str]:
    return Column("study_id", String, ForeignKey("studies.id"), nullable=False)


reviewers = Table(
    "reviewers",
    metadata,
    _seq(),
    Column("name", String, nullable=False, unique=True),  # as typed
    Column("since", String, nullable=False),
    Column("authenticated", Boolean, nullable=False),  # False until there is a login
    sqlite_autoincrement=True,
)

seats = Table(  # who sits at which browser
    "seats",
    metadata,
    _seq(),
    Column("time", String, nullable=False),
    Column("browser", String, nullable=False),
    Column("reviewer", String, nullable=False),  # "" for nobody
    Column("mode", String, nullable=False),  # "" since lists have one: first, concurrent before
    sqlite_autoincrement=True,
)

list_modes = Table(  # how a study list is read from then on
    "list_modes",
    metadata,
    _seq(),
    Column("time", String, nullable=False),
    Column("list", String, nullable=False),
    Column("mode", String, nullable=False),  # first, concurrent
    Column("reviewer", String, nullable=False),  # who set it
    sqlite_autoincrement=True,
)

listings = Table(  # in which list a study lies from then on
    "listings",
    metadata,
    _seq(),
    Column("time", String, nullable=False),
    _study(),
    Column("list", String, nullable=False),
    Column("reviewer", String, nullable=False),  # who put it there, "" where nobody gave a name
    sqlite_autoincrement=True,
)

exposures = Table(  # what of a study's truth, model or other reviews was sent to whom
    "exposures",
    metadata,
    _seq(),
    Column("time", String, nullable=False),
    Column("browser", String, nullable=False),
    Column("reviewer", String, nullable=False),
    Column("study_id", String, ForeignKey("studies.id")),  # None: a list of studies
    Column("up_to", Integer, nullable=False),  # list: every reading up to this `readings.seq`
    Column("place", String, nullable=False),  # the page
    sqlite_autoincrement=True,
)

patients_shown = Table(  # whose truth or masks a page showed by name, outside of any study
    "patients_shown",
    metadata,
    _seq(),
    Column("time", String, nullable=False),
    Column("browser", String, nullable=False),
    Column("reviewer", String, nullable=False),
    Column("patient", String, nullable=False),  # as the data set names it
    Column("place", String, nullable=False),  # the page
    sqlite_autoincrement=True,
)

reads = Table(
    "reads",
    metadata,
    _seq(),
    Column("reviewer", String, ForeignKey("reviewers.name"), nullable=False),
    _study(),
    Column("mode", String, nullable=False),
    Column("begun", String, nullable=False),
    UniqueConstraint("reviewer", "study_id", "mode", name="one_read_of_a_kind"),
    sqlite_autoincrement=True,
)

verdicts = Table(
    "verdicts",
    metadata,
    _seq(),
    Column("read_seq", Integer, ForeignKey("reads.seq"), nullable=False, unique=True),
    Column("sealed", String, nullable=False),
    Column("tumour", String, nullable=False),  # yes, no, unsure
    Column("slices", JSON, nullable=False),  # numbers from 1
    Column("markers", JSON, nullable=False),
    Column("outlines", JSON, nullable=False),
    Column("difficulty", Integer),
    Column("suspicion", Integer),  # 1 to 5; None where it was not said
    Column("note", String, nullable=False),
    Column("painted", JSON),  # slices shown; None where it was not recorded
    Column("active_seconds", Float),  # without idle time; None where it was not recorded
    sqlite_autoincrement=True,
)

reveals = Table(
    "reveals",
    metadata,
    _seq(),
    Column("read_seq", Integer, ForeignKey("reads.seq"), nullable=False, unique=True),
    Column("time", String, nullable=False),
    Column("reading_seq", Integer, ForeignKey("readings.seq"), nullable=False),
    Column("pixel_threshold", Float, nullable=False),
    Column("model_slices", JSON, nullable=False),  # of the components that are listed
    Column("specks", Integer, nullable=False),  # components too small to list
    Column("truth_slices", JSON),  # slices that hold tumour; None without any truth
    Column("known_slices", JSON),  # slices whose truth is known
    Column("agreed_slices", JSON),  # of components that both have; None before it was stored
    sqlite_autoincrement=True,
)

discrepancies = Table(
    "discrepancies",
    metadata,
    _seq(),
    Column("read_seq", Integer, ForeignKey("reads.seq"), nullable=False),
    Column("number", Integer, nullable=False),  # from 1, within the read
    Column("kind", String, nullable=False),  # model, reviewer: who has it
    Column("slices", JSON, nullable=False),
    Column("area_px", Integer),
    Column("at_slice", Integer, nullable=False),  # where to look at it
    Column("x", Float),
    Column("y", Float),
    Column("holds_tumour", Boolean),  # by the truth; None where that is not known
    UniqueConstraint("read_seq", "number", name="one_discrepancy_a_number"),
    sqlite_autoincrement=True,
)

answers = Table(
    "answers",
    metadata,
    _seq(),
    Column("discrepancy_seq", Integer, ForeignKey("discrepancies.seq"), nullable=False),
    Column("time", String, nullable=False),
    Column("answer", String, nullable=False),  # keep, change, unsure
    Column("note", String, nullable=False),
    sqlite_autoincrement=True,
)

acts = Table(
    "acts",
    metadata,
    _seq(),
    Column("time", String, nullable=False),
    Column("act", String, nullable=False),
    Column("reviewer", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("study_id", String, ForeignKey("studies.id")),
    Column("read_seq", Integer, ForeignKey("reads.seq")),
    Column("model_name", String),  # what read the study, where that was shown
    Column("model_version", String),
    Column("model_sha256", String),
    Column("pixel_threshold", Float),
    Column("confidence_threshold", Float),
    Column("details", JSON, nullable=False),
    sqlite_autoincrement=True,
)

segmentations = Table(  # studies that a model is to read, and what became of it
    "segmentations",
    metadata,
    _seq(),
    Column("time", String, nullable=False),
    _study(),
    Column("state", String, nullable=False),  # asked, started, done, failed
    Column("model", String, nullable=False),  # name or name/version; "" leaves it to routing
    Column("reason", String, nullable=False),
    sqlite_autoincrement=True,
)

Index("seats_by_browser", seats.c.browser, seats.c.seq)
Index("list_modes_by_list", list_modes.c.list, list_modes.c.seq)
Index("listings_by_study", listings.c.study_id, listings.c.seq)
Index("exposures_by_reviewer", exposures.c.reviewer, exposures.c.study_id)
Index("exposures_by_browser", exposures.c.browser, exposures.c.seq)
Index("patients_shown_by_reviewer", patients_shown.c.reviewer, patients_shown.c.patient)
Index("patients_shown_by_browser", patients_shown.c.browser, patients_shown.c.seq)
Index("acts_by_reviewer", acts.c.reviewer, acts.c.seq)
Index("answers_by_discrepancy", answers.c.discrepancy_seq, answers.c.seq)
Index("segmentations_by_study", segmentations.c.study_id, segmentations.c.seq)
