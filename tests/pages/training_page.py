"""What tests of the training page look for on it."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

Open = Callable[..., AppTest]
"""Opens a page by name, with the session's state: the fixture `open_page`."""


def words(app: AppTest) -> str:
    """Everything that the page says."""
    assert not app.exception, app.exception
    kinds = (app.markdown, app.caption, app.warning, app.error, app.info, app.code)
    said = [element.value for kind in kinds for element in kind]
    said += [element.proto.body for element in app.get("html")]
    return "\n".join(said + [f"{metric.label}: {metric.value}" for metric in app.metric])


def button(app: AppTest, label: str):
    return next(b for b in app.button if b.label == label)


def labels(app: AppTest) -> list[str]:
    return [b.label for b in app.button]
