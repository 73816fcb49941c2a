"""`quantise`: a released model gets a network in eight bits, in a further version of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from seg_core.models import ReleasedModel
    from seg_core.models.quantised import Moved


def quantise(
    model: Annotated[str, typer.Argument(help="NAME or NAME/VERSION of a released model.")],
    data: Annotated[
        list[Path], typer.Option(help="A data set with patients that trained it and others.")
    ],
    in_place: Annotated[
        bool,
        typer.Option("--in-place", help="Into this very version, which nobody has read with yet."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but the folder.")] = False,
) -> None:
    """Make the network in eight bits, measure what it costs, and write both on the card.

    Ranges come from slices of training patients, the cost from patients never seen.
    """
    from seg_core.cli.evaluate_patients import bars
    from seg_core.models import find_model
    from seg_core.models.routing import default_words
    from seg_core.settings import load_settings
    from seg_core.training.quantise import quantise as in_its_folder
    from seg_core.training.quantise import quantise_next

    settings = load_settings()
    found = find_model(settings, model)
    with bars(quiet=quiet) as on_step:
        if in_place:
            made = in_its_folder(found, data, on_step=on_step)
        else:
            made = quantise_next(settings, found, data, on_step=on_step)
    if not quiet:
        print(_card_line(made))
        if not in_place and (words := default_words(made.name)):
            print(words, file=sys.stderr)
    print(made.folder)


def _card_line(model: ReleasedModel) -> str:
    card = model.card.quantised
    if card is None or card.moved is None:
        return "No patient was left that the model never saw: its cost is not measured, f32 stays."
    return f"{cost_line(card.moved)} Read by default in {'int8' if card.good_enough else 'f32'}."


def cost_line(m: Moved) -> str:
    """What eight bits cost, in a line."""
    return (
        f"On {m.patients} patients never seen: mean Dice {m.dice:+.4f}, the patient that lost most "
        f"{m.worst:+.4f}, largest change of a score {m.score:.3f}, {m.flagged_differ} slices "
        "flagged in one only."
    )
