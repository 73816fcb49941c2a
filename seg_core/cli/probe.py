"""`probe`: how fast a recipe trains on a device. It prints; the work is the core's."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from seg_core.settings import load_settings


def probe(
    recipe: Annotated[str, typer.Option(help="A named recipe.")] = "paper",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="A changed setting, such as batch_size=32.")
    ] = None,
    device: Annotated[str, typer.Option(help="`cpu`, or a GPU such as gpu:0.")] = "cpu",
    steps: Annotated[int, typer.Option(min=1, help="Steps timed a precision.")] = 8,
    slices: Annotated[
        int | None, typer.Option(min=1, help="Slices of an epoch: says how long one takes.")
    ] = None,
    wait: Annotated[
        bool, typer.Option(help="Where a run holds the device, wait for its end.")
    ] = False,
    quiet: Annotated[bool, typer.Option(help="Say nothing but errors.")] = False,
) -> None:
    """Measure seconds a training step on random slices, in each precision, and keep them."""
    from seg_core.jobs.device_lock import held
    from seg_core.training import probe as core
    from seg_core.training.device_choice import use_devices
    from seg_core.training.recipe import parse_settings, recipe_named

    resolved = recipe_named(recipe).changed(parse_settings(set_ or []))
    use_devices(device)
    settings = load_settings()
    with held(settings.home, device, "probe", wait=wait):
        found = core.measure(resolved, device, steps, None if quiet else _tell)
    path = core.store_probe(settings, resolved, found)
    if quiet:
        return
    print(core.probe_text(found))
    if slices is not None:
        print(f"an epoch of {slices} slices: {core.minutes_an_epoch(found, slices):.1f} minutes")
    print(f"kept in {path}")


def _tell(done: int, steps: int) -> None:
    """One line that is written over; nothing on a pipe."""
    if sys.stderr.isatty():
        print(f"\rstep {done} of {steps}", end="" if done < steps else "\n", file=sys.stderr)
