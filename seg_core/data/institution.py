"""Which institution a patient comes from, by name. It looks nothing up."""

from __future__ import annotations


def institution(patient: str) -> str:
    """TCGA_CS of TCGA_CS_4943_..., an LGG patient; of any other name, the first word."""
    words = patient.split("_")
    return "_".join(words[:2]) if words[0] == "TCGA" and len(words) > 1 else words[0]
