"""Seals one verdict after another and says so, until it is killed. Run as a program by tests.

`python sealing.py STORE_URL REVIEWER STUDY_ID...` prints each study's id once its verdict is
stored: what was printed may never be lost.
"""

from __future__ import annotations

import sys

from seg_core.store import ReadingRoom, Verdict, open_store


def seal_all(url: str, reviewer: str, study_ids: list[str]) -> None:
    """Seal a verdict on each study that this reviewer has not sealed, and print its id."""
    room = ReadingRoom(open_store(url))
    seat = room.sit(f"browser of {reviewer}", reviewer)
    done = {read.study_id for read in room.reads(reviewer) if read.verdict is not None}
    say("ready")
    for study_id in study_ids:
        if study_id not in done:
            room.open(seat, study_id)
            room.seal(seat, study_id, Verdict("yes", (3, 4), note="n" * 2000, painted=(1, 2, 3)))
            say(study_id)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    seal_all(sys.argv[1], sys.argv[2], sys.argv[3:])
