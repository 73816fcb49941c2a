"""What tells two readings of a study apart, for whatever is kept of one. It keeps nothing."""

from __future__ import annotations

from seg_core.study import EngineInfo, Reading

ReadingName = tuple[str, str, EngineInfo, float, bytes]


def reading_name(study_id: str, reading: Reading) -> ReadingName:
    """Study, model, engine, pixel threshold, and what was found: the confidence of each slice."""
    return (
        study_id,
        reading.model_sha256,
        reading.engine,
        reading.pixel_threshold,
        reading.confidence.tobytes(),
    )
