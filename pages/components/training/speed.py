"""How long an epoch takes on the chosen device, as measured there. It measures nothing itself."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from pages.components.plain_text import plain
from pages.components.training.plan import Plan
from pages.components.training.recipe_form import key_of
from pages.components.training.words import duration, moment
from seg_core.errors import SecondReaderError
from seg_core.jobs import JobStatus, LocalLauncher, Resources
from seg_core.settings import Settings
from seg_core.training.launch import differences, probe_command
from seg_core.training.probe import Probe, minutes_an_epoch, stored_probe
from seg_core.training.recipe import Recipe

LABEL = "measure"
"""Begins the label of a job that measures; its device follows."""

LOOK_SECONDS = 2


def draw_speed(settings: Settings, launcher: LocalLauncher, plan: Plan, device: str) -> None:
    """What was measured of this network, batch and device, or the button that measures it."""
    assert plan.recipe is not None  # the caller looked
    probe = stored_probe(settings, plan.recipe, device)
    job = newest_measurement(launcher, device)
    with st.container(horizontal=True, vertical_alignment="center"):
        if job is not None and not job.over:
            watch_measurement(launcher, device, job.id)
            return
        if probe is None:
            st.caption(
                "How long an epoch takes here is not known: these settings were not measured on "
                "this device.",
                width="content",
            )
        else:
            st.caption(speed_words(probe, plan), width="content")
            draw_offer(probe, plan.recipe)
        st.button(
            "Measure" if probe is None else "Measure again",
            icon=":material/speed:",
            on_click=measure,
            args=(launcher, plan, device),
            help="Trains for a few steps on random slices with each arithmetic, as a job of the "
            "queue. The result is kept.",
        )
    failed = job is not None and job.state in ("failed", "died")
    if job is not None and failed and job.argv == tuple(command_of(plan, device)):
        st.error(plain(f"The measurement failed. {job.reason}"), icon=":material/error:")


@st.fragment(run_every=LOOK_SECONDS)
def watch_measurement(launcher: LocalLauncher, device: str, job_id: str) -> None:
    """How a measurement stands; once it is over the whole page shows what it found."""
    job = launcher.status(job_id)
    if job.over:
        st.rerun()
    waits = f"waits for the end of {plain(job.waits_for)}" if job.waits_for else "is next"
    going = "under way: TensorFlow is loaded, then a few steps are timed" * (job.state == "running")
    st.caption(f":material/hourglass_empty: The measurement on {device} is {going or waits}.")
    st.button("Cancel the measurement", on_click=launcher.cancel, args=(job_id,))


def newest_measurement(launcher: LocalLauncher, device: str) -> JobStatus | None:
    label = f"{LABEL} {device}"
    return next((job for job in launcher.list_jobs() if job.label == label), None)


def measure(launcher: LocalLauncher, plan: Plan, device: str) -> None:
    """Put the measurement into the device's queue."""
    command = command_of(plan, device)
    try:
        launcher.submit(command, Resources(device, f"{LABEL} {device}", takes_lock=True))
    except SecondReaderError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def command_of(plan: Plan, device: str) -> list[str]:
    """What measures the settings of the form."""
    assert plan.recipe is not None  # the caller looked
    return probe_command(plan.base.name, differences(plan.recipe, plan.base), device)


def speed_words(probe: Probe, plan: Plan) -> str:
    """Time an epoch with the chosen arithmetic, both speeds, and when that was measured."""
    assert plan.recipe is not None  # the caller looked
    chosen = plan.recipe.precision
    speeds = ", ".join(f"{name} {speed:,.1f}" for name, speed in probe.slices_per_second.items())
    when = moment(datetime.fromisoformat(probe.measured_at).timestamp())
    if chosen not in probe.slices_per_second:
        return f"{chosen} was not measured on this device. Slices a second: {speeds}; {when}."
    minutes = minutes_an_epoch(probe, plan.slices_an_epoch, plan.slices["validation"], chosen)
    return (
        f"**An epoch takes {duration(minutes * 60)} or more** with {chosen}. "
        f"Slices a second: {speeds}; measured {when}."
    )


def draw_offer(probe: Probe, recipe: Recipe) -> None:
    """The faster arithmetic, where the recipe has another one."""
    if probe.fastest == recipe.precision:
        return
    gain = probe.slices_per_second[probe.fastest] / probe.slices_per_second[recipe.precision]
    st.button(
        f"Use {probe.fastest}, {gain:.1f} times as fast",
        icon=":material/bolt:",
        on_click=st.session_state.__setitem__,
        args=(key_of("precision"), probe.fastest),
    )
