"""The fields of the form, derived from a recipe: one a setting, whatever it has. It draws nothing.

A recipe that has a setting which nobody told the form of gets a field for it all the same; one
of a kind that no field can hold is kept as it is.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pages.components.training.recipe_words import GROUPS, KNOWN, Words
from seg_core.errors import RecipeError
from seg_core.training.recipe import Recipe

Kind = Literal["integer", "number", "choice", "switch", "text", "list", "kept"]

NOT_SHOWN = ("name",)
"""The recipe's own name is chosen, not changed."""


@dataclass(frozen=True)
class Field:
    """One field. name: dotted, as in the recipe. part: a switch that turns a group of settings on.

    default: the recipe's own value; a list is written with commas.
    """

    name: str
    kind: Kind
    default: Any
    words: Words
    options: tuple[Any, ...] = ()
    part: bool = False


def fields_of(recipe: Recipe) -> dict[str, Field]:
    """Every setting of a recipe that has a field, by dotted name, in the recipe's order."""
    return {field.name: field for field in _walk(recipe, "")}


def grouped(fields: Mapping[str, Field]) -> dict[str, list[Field]]:
    """The fields in the form's groups, known ones first in the order that is known; no split."""
    found: dict[str, list[Field]] = {title: [] for title in GROUPS}
    for name, field in fields.items():
        if not name.startswith("split."):
            found[_group(name)].append(field)
    order = {name: place for place, name in enumerate(KNOWN)}
    for held in found.values():
        held.sort(key=lambda field: order.get(field.name, len(order)))
    return {title: held for title, held in found.items() if held}


def settings_of(draft: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """What the fields hold as settings of a recipe. Raises RecipeError that names the field."""
    values = {name: _parsed(fields[name], value) for name, value in draft.items()}
    for name, field in fields.items():
        if field.part:  # a part is given whole, or as None
            inside = {n: values.pop(n) for n in list(values) if n.startswith(f"{name}.")}
            whole = {n.removeprefix(f"{name}."): value for n, value in inside.items()}
            values[name] = whole if values[name] else None
    return values


def _parsed(field: Field, value: Any) -> Any:
    if field.kind == "text":
        return value or None
    if field.kind != "list":
        return value
    words = [word for word in re.split(r"[,\s]+", str(value)) if word]
    try:
        return [int(word) if word.lstrip("-").isdecimal() else float(word) for word in words]
    except ValueError:
        raise RecipeError(field.name, f"expected numbers with commas, received {value!r}") from None


def _group(name: str) -> str:
    for title, beginnings in GROUPS.items():
        for begin in beginnings:
            if name == begin or (begin.endswith(".") and name.startswith(begin)):
                return title
    return list(GROUPS)[-1]


def _walk(model: BaseModel, prefix: str) -> Iterator[Field]:
    told = told_of(type(model))
    for name, info in type(model).model_fields.items():
        dotted, value = prefix + name, getattr(model, name)
        if dotted in NOT_SHOWN:
            continue
        inner = _optional_model(info)
        if inner is not None:
            words = KNOWN.get(dotted) or Words(title_of(name), told.get(name, ""))
            yield Field(dotted, "switch", value is not None, words, part=True)
            yield from _walk(inner() if value is None else value, f"{dotted}.")
        elif isinstance(value, BaseModel):
            yield from _walk(value, f"{dotted}.")
        else:
            yield from _leaf(dotted, info, value, told.get(name, ""))


def _leaf(dotted: str, info: FieldInfo, value: Any, told: str) -> Iterator[Field]:
    kinds, nothing = _without_none(info.annotation)
    kind, options = _kind_of(kinds, value)
    if kind == "choice" and len(options) < 2:
        return  # nothing to choose
    title = title_of(dotted.rpartition(".")[2])
    words = KNOWN.get(dotted) or Words(title, told, empty="none" if nothing else "")
    if kind == "choice" and nothing:
        kind = "kept"
    default = ", ".join(map(str, value)) if kind == "list" else value
    yield Field(dotted, kind, default, words, options)


def _kind_of(annotation: Any, value: Any) -> tuple[Kind, tuple[Any, ...]]:
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    if annotation is bool:
        return "switch", ()
    if annotation is int:
        return "integer", ()
    if annotation is float:
        return "number", ()
    if annotation is str:
        return "text", ()
    if isinstance(value, tuple | list) and all(isinstance(v, int | float) for v in value):
        return "list", ()
    return "kept", ()


def _optional_model(info: FieldInfo) -> type[BaseModel] | None:
    """The class of a part that may be absent, such as augmentation; None for any other setting."""
    annotation, nothing = _without_none(info.annotation)
    model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if nothing and model else None


def _without_none(annotation: Any) -> tuple[Any, bool]:
    """(int, True) of `int | None`; (annotation, False) of one that allows no None."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation, False
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    return (kinds[0] if len(kinds) == 1 else annotation), type(None) in get_args(annotation)


def title_of(name: str) -> str:
    """`Stochastic depth` of `stochastic_depth`."""
    return name.replace("_", " ").capitalize()


def told_of(model: type[BaseModel]) -> dict[str, str]:
    """What a model's docstring says of its settings, as in `size: side of the square input.`."""
    text = " ".join((model.__doc__ or "").split())
    names: Sequence[str] = list(model.model_fields)
    one = "|".join(map(re.escape, names))
    parts = re.split(rf"(?:^|(?<=[.;] ))((?:{one})(?:, (?:{one}))*): ", text)
    told = {}
    for listed, said in zip(parts[1::2], parts[2::2], strict=True):
        sentence = said.strip().rstrip(";").strip()
        told |= dict.fromkeys(listed.split(", "), sentence[:1].upper() + sentence[1:])
    return told
