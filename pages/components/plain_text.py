"""Names that come from files, made harmless where Streamlit reads Markdown. It shortens nothing."""

from __future__ import annotations

MARKUP = frozenset("\\`*_{}[]()#+-.!|~$<>:")
"""Characters that could begin markup, a formula, an icon or a colour."""


def plain(text: str) -> str:
    """`text` such that Markdown shows it as it is, on one line."""
    return "".join("\\" + c if c in MARKUP else c for c in " ".join(text.split()))
