from __future__ import annotations

from pages.components.slice_viewer import grants as module
from pages.components.slice_viewer.grants import Grants
from pages.components.slice_viewer.payload import Part, pack_images
from tests.browser.made_studies import make_study


def part(seed: int) -> Part:
    return pack_images(make_study(seed, slices=3, size=16))


def test_a_part_is_packed_once_for_its_name() -> None:
    grants = Grants()
    first = grants.part("study", lambda: part(1))

    assert grants.part("study", lambda: part(2)) is first
    assert grants.part("other", lambda: part(2)) is not first


def test_a_token_opens_what_it_was_granted_and_nothing_else() -> None:
    grants = Grants()
    mine, other = grants.part("mine", lambda: part(1)), grants.part("other", lambda: part(2))
    grants.allow("token", mine.digest)
    grants.allow("another token", other.digest)

    assert grants.fetch("token", mine.digest) is mine
    assert grants.fetch("token", other.digest) is None
    assert grants.fetch("", mine.digest) is None


def test_what_was_withdrawn_is_closed_again() -> None:
    grants = Grants()
    one, two = grants.part("one", lambda: part(1)), grants.part("two", lambda: part(2))
    for packed in (one, two):
        grants.allow("token", packed.digest)

    grants.withdraw("token", one.digest)
    assert grants.fetch("token", one.digest) is None
    assert grants.fetch("token", two.digest) is two
    grants.withdraw("token")
    assert grants.fetch("token", two.digest) is None


def test_the_oldest_parts_make_room_and_are_packed_anew_when_asked_for() -> None:
    size = part(1).size
    grants = Grants(most_bytes=int(2.5 * size))
    kept = [grants.part(seed, lambda seed=seed: part(seed)) for seed in (1, 2, 3)]
    for packed in kept:
        grants.allow("token", packed.digest)

    assert grants.fetch("token", kept[0].digest) is None
    assert grants.fetch("token", kept[2].digest) is kept[2]
    grants.part(1, lambda: part(1))
    assert grants.fetch("token", kept[0].digest) is not None


def test_sessions_of_long_ago_are_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST_TOKENS", 2)
    grants = Grants()
    packed = grants.part("study", lambda: part(1))
    for token in ("first", "second", "third"):
        grants.allow(token, packed.digest)

    assert grants.fetch("first", packed.digest) is None
    assert grants.fetch("third", packed.digest) is packed
