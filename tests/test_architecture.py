"""The layers of the project, held by import-linter and by a look at what is imported where."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
HEAVY = {"keras", "tensorflow", "jax", "openvino"}
MAY_LOAD_KERAS = ("seg_core/network/", "seg_core/training/", "seg_core/inference/tensorflow")
MAY_LOAD_OPENVINO = ("seg_core/inference/openvino",)


def sources() -> list[Path]:
    return sorted((PROJECT / "seg_core").rglob("*.py")) + sorted((PROJECT / "pages").rglob("*.py"))


def imported_at_module_level(source: Path) -> set[str]:
    """Top names that `source` imports as soon as it is imported itself."""
    return set(_top_names(ast.parse(source.read_text(encoding="utf-8")).body))


def _top_names(statements: list[ast.stmt]) -> Iterator[str]:
    for statement in statements:
        match statement:
            case ast.Import(names=names):
                yield from (name.name.partition(".")[0] for name in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
            case ast.If() | ast.Try() | ast.With():
                yield from _top_names(statement.body)


def allowed(source: str) -> set[str]:
    if source.startswith(MAY_LOAD_KERAS):
        return {"keras", "tensorflow", "jax"}
    return {"openvino"} if source.startswith(MAY_LOAD_OPENVINO) else set()


def test_import_linter_keeps_every_contract() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter], cwd=PROJECT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("source", sources(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_loads_no_engine_that_is_not_its_own(source: Path) -> None:
    surplus = imported_at_module_level(source) & HEAVY

    assert surplus <= allowed(source.relative_to(PROJECT).as_posix())


@pytest.mark.parametrize("source", sources(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_says_in_its_first_line_what_it_is(source: Path) -> None:
    docstring = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8")))

    assert docstring, f"{source}: expected a docstring of one sentence, found none"
