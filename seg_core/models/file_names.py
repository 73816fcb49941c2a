"""What the files of a released model are called. It reads and writes none."""

from __future__ import annotations

WEIGHTS = "weights.keras"
NETWORK_XML = "network.xml"
NETWORK_BIN = "network.bin"
CARD_JSON = "card.json"
CARD_TEXT = "card.md"

NETWORK_FILES = (WEIGHTS, NETWORK_XML, NETWORK_BIN)
"""What a released model's folder holds beside its card: Keras' file, and the exported network."""

INT8_XML, INT8_BIN = "network_int8.xml", "network_int8.bin"
INT8_FILES = (INT8_XML, INT8_BIN)
"""The exported network in eight bits, which a model may have too."""

SECOND_WEIGHTS, SECOND_XML, SECOND_BIN = "second.keras", "second.xml", "second.bin"
SECOND_INT8_XML, SECOND_INT8_BIN = "second_int8.xml", "second_int8.bin"
"""The same of a further network that gives a second opinion, in a model that has one."""

SEEN_SLICES = "seen_slices.json"
"""Digests of the slices that training and its choices looked at; cards of before have none."""
