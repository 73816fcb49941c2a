"""How states, times and durations are written on the training page. It computes no figure."""

from __future__ import annotations

from datetime import datetime

STATE_COLOUR = {
    "waiting": "gray",
    "preparing": "blue",
    "training": "blue",
    "stopping": "orange",
    "stopped": "orange",
    "finished": "green",
    "failed": "red",
    "died": "red",
}

STATE_ICON = {
    "waiting": ":material/hourglass_empty:",
    "preparing": ":material/pending:",
    "training": ":material/play_circle:",
    "stopping": ":material/stop_circle:",
    "stopped": ":material/pause_circle:",
    "finished": ":material/check_circle:",
    "failed": ":material/error:",
    "died": ":material/heart_broken:",
}


def duration(seconds: float | None) -> str:
    """`2 d 3 h`, `1 h 05 min`, `3 min 20 s`, `45 s`; a dash for None."""
    if seconds is None:
        return "–"
    whole = max(round(seconds), 0)
    days, hours = divmod(whole // 3600, 24)
    minutes, rest = whole // 60 % 60, whole % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def moment(timestamp: float | None) -> str:
    """`21 Nov 10:15` in the server's own time; a dash for None."""
    if timestamp is None:
        return "–"
    return datetime.fromtimestamp(timestamp).strftime("%d %b %H:%M").lstrip("0")


def monitor_name(monitor: str) -> str:
    """`soft Dice` of `soft_dice`, as in the middle of a sentence."""
    names = {"f1": "F1", "soft_dice": "soft Dice", "dice": "Dice", "bce": "cross-entropy"}
    return names.get(monitor, monitor)
