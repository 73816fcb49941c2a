"""What a page says and offers, for tests to look at. It asserts only that the page did not fail."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def words(app: AppTest) -> str:
    """Everything that the page says, a line an element."""
    assert not app.exception, app.exception
    kinds = (app.markdown, app.caption, app.warning, app.error, app.info)
    return "\n".join(element.value for kind in kinds for element in kind)


def labels(app: AppTest) -> list[str]:
    """What the page's buttons say."""
    return [button.label for button in app.button]
