import numpy as np

from seg_core.study import EngineInfo, Reading
from seg_core.triage.findings import find_findings


def test_findings_are_the_masks_components_the_largest_first() -> None:
    probability = np.zeros((12, 64, 64), np.float32)
    probability[1, 5:13, 5:13] = 0.9
    probability[6:9, 30:40, 20:30] = 0.7
    probability[7, 40:44, 20:30] = 0.7
    probability[11, 0, 0] = 0.99  # a speck
    confidence = np.linspace(0.1, 0.65, 12, dtype=np.float32)
    engine = EngineInfo("f", "f", "f")
    reading = Reading("net", "1", "0", engine, probability, confidence, True, 0.5, 0.9)

    (first, second), specks = find_findings(reading)

    assert (first.first, first.last, first.slice, first.area_px) == (7, 9, 8, 140)
    assert (first.total_px, round(first.confidence, 2)) == (340, 0.5)
    assert (first.x, first.y) == (25.0, 37.0)
    assert specks == 1
    assert (second.slice, second.total_px) == (2, 64)
