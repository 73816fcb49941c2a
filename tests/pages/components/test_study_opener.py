"""How the ways to open studies name what they offer."""

from pathlib import Path

from pages.components.study_opener import _named_apart


def test_data_roots_are_named_by_as_little_as_tells_them_apart() -> None:
    roots = [Path(root) for root in ("/disk1/lab/data", "/disk2/lab/data", "/srv/grey")]

    names = [_named_apart(root, roots) for root in roots]

    assert names == ["disk1/lab/data", "disk2/lab/data", "grey"]
