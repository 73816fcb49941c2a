"""A command that refuses an empty text for a path or a name. It looks at no other value.

Python takes an empty path for the current folder, and an option that is empty is easily taken for
one that was left out: a variable of a script that was never set would train on what lies around.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand

FAULT = "expected a value, found an empty text. Give one; where a path is asked for, `.` is here."


class RefusingEmptyText(TyperCommand):
    """Only what is empty unless given, such as a note, may be given as an empty text."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # Any: click's, or typer's copy
        given, *_ = self.make_parser(ctx).parse_args(args=list(args))
        parameters: list[Any] = self.get_params(ctx)
        for parameter in parameters:
            value = given.get(parameter.name)
            texts = value if isinstance(value, list | tuple) else (value,)
            if "" in texts and parameter.default != "":
                raise typer.BadParameter(FAULT, ctx=ctx, param=parameter)
        return super().parse_args(ctx, args)
