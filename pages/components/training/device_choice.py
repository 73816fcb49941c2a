"""On which device the next run computes: the processor, a GPU, or several GPUs together."""

from __future__ import annotations

import streamlit as st

from pages.components import session
from seg_core.jobs.device_lock import together
from seg_core.jobs.devices import list_devices


def choose_device() -> str | None:
    """The choice as the queue names it, such as `gpu:0,gpu:1`; None while there is none."""
    devices = {device.name: device for device in list_devices()}
    gpus = [name for name, device in devices.items() if device.is_gpu]

    def title(name: str) -> str:
        """Without its load: a label that changes between two looks stands for nothing."""
        return devices[name].title if name in devices else name

    if len(gpus) < 2:
        chosen = [str(st.selectbox("Device", list(devices), format_func=title))]
    else:
        chosen = st.multiselect(
            "Devices",
            list(devices),
            default=gpus[:1],
            key=session.DEVICES,
            format_func=title,
            placeholder="choose at least one",
            help="Several GPUs share each batch.",
        )
    st.caption(" · ".join(f"{name}: {devices[name].load}" for name in chosen))
    if "cpu" in chosen and len(chosen) > 1:
        st.warning("Choose the processor alone, or GPUs.", icon=":material/warning:")
        return None
    return together(chosen) if chosen else None
