"""What the documents list is what the project has."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

import seg_core

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def readme_tree() -> str:
    section = README.split("## Where things lie", 1)[1]
    return section.split("```", 2)[1]


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [Path(line) for line in listed.stdout.splitlines()]


def commands() -> list[str]:
    """Every command of the command line as typed: `segment`, `data check`."""
    from seg_core.cli.app import build_app

    def names(command: object, prefix: str = "") -> list[str]:
        below = getattr(command, "commands", None)
        if below is None:
            return [prefix.strip()]
        return [n for name, sub in below.items() for n in names(sub, f"{prefix} {name}")]

    return names(get_command(build_app()))


def test_the_tree_names_every_top_folder() -> None:
    folders = {path.parts[0] for path in tracked() if len(path.parts) > 1}

    missing = [name for name in sorted(folders) if f"\n{name}/" not in readme_tree()]

    assert missing == []


def test_the_tree_names_every_part_of_the_core() -> None:
    parts = {path.parts[1] for path in tracked("seg_core") if not path.name.startswith("__")}
    folders = {path.parts[1] for path in tracked("seg_core") if len(path.parts) > 2}
    listed = {f"{name}/" for name in folders} | {name for name in parts if name.endswith(".py")}

    missing = [name for name in sorted(listed) if f"\n  {name}" not in readme_tree()]

    assert missing == []


def test_everything_that_the_tree_names_is_there() -> None:
    made_as_you_go = {"workspace/"}
    top, parent = [], ""
    for line in readme_tree().strip().splitlines():
        name = line.split()[0]
        parent = "" if not line.startswith(" ") else parent
        top.append(parent + name)
        parent = name if not line.startswith(" ") else parent

    missing = [n for n in top if n not in made_as_you_go and not (PROJECT / n).exists()]

    assert missing == []


def test_every_command_has_its_line() -> None:
    missing = [name for name in commands() if not re.search(rf"^\| `{name}\b", README, re.M)]

    assert missing == []


def test_every_line_of_the_table_is_a_command() -> None:
    table = README.split("## Commands", 1)[1].split("##", 1)[0]
    rows = re.findall(r"^\| `([a-z]+(?: [a-z]+)?)", table, re.M)

    assert sorted(rows) == sorted(commands())


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_link_to_a_file_leads_somewhere(document: str) -> None:
    text = (PROJECT / document).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", text)

    missing = [link for link in links if not (PROJECT / link).exists()]

    assert missing == []


def test_every_target_that_the_documents_name_is_in_the_makefile() -> None:
    text = README + (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([a-z]+)\b", text, re.M))
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")

    missing = [name for name in sorted(named) if not re.search(rf"^{name}:", makefile, re.M)]

    assert missing == []


def test_the_changelog_mentions_this_version() -> None:
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert f"\n## {seg_core.__version__}" in changelog


def test_every_column_of_the_triage_table_is_explained() -> None:
    from seg_core.inference.reading_files import triage_table
    from tests.inference.test_summary import make_pair

    columns = triage_table(*make_pair(), 0.5, 0.98)[0]
    section = README.split("`triage.csv`", 1)[1].split("\n\n", 1)[0]

    assert [name for name in columns if f"`{name}`" not in section] == []
    assert "truth_px" in columns  # of a study with masks, which has all of them


def test_the_set_is_fetched_by_its_protocol_before_anything_trains_on_it() -> None:
    first = README.index("train --data data/lgg")

    assert "data lgg --out data/lgg --protocol lgg-88" in README[:first]


def test_the_research_notice_stands_in_the_readme() -> None:
    assert "Research use only. Not for diagnosis." in README
