"""What a machine offers to a command."""

from __future__ import annotations

from seg_core.jobs.devices import list_devices
from seg_core.jobs.local import check_device


def test_the_processor_is_always_there_and_named_as_the_queue_wants_it():
    devices = list_devices()

    assert devices[-1].name == "cpu"
    assert "free" in devices[-1].load
    for device in devices:
        check_device(device.name)
