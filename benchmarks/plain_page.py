"""A page that is driven without watching its network. It measures nothing.

Playwright watches the network of every page it opens, and Chromium then keeps a copy of each answer
in the page's own memory: tens of megabytes that no reader's page has.
"""

from __future__ import annotations

import json
import time
from typing import Any

FIND_VIEWER = """(() => {
  const within = (root) => {
    const found = root.querySelector(".viewer");
    if (found) return found;
    for (const each of root.querySelectorAll("*")) {
      const deeper = each.shadowRoot && within(each.shadowRoot);
      if (deeper) return deeper;
    }
    return null;
  };
  return within(document);
})()"""
"""The viewer's root, inside whatever shadow roots."""

LONGEST_S = 60.0


class PlainPage:
    """A page in a browsing context of its own, by the browser's debugging protocol alone.

    browser: of Playwright, with a page of its own open (`beside`): waiting for that one is what
    lets answers in.
    """

    def __init__(self, browser: Any, beside: Any, url: str, width: int, height: int) -> None:
        self._beside = beside
        self._protocol = browser.new_browser_cdp_session()
        self._answers: dict[int, dict[str, Any]] = {}
        self._asked = 0
        self._protocol.on("Target.receivedMessageFromTarget", self._answered)
        context = self._protocol.send("Target.createBrowserContext")["browserContextId"]
        wanted = {"url": url, "browserContextId": context, "width": width, "height": height}
        target = self._protocol.send("Target.createTarget", wanted)["targetId"]
        # Not flattened: a flattened session would be handed to Playwright, which would watch it.
        attached = self._protocol.send(
            "Target.attachToTarget", {"targetId": target, "flatten": False}
        )
        self._session = attached["sessionId"]

    def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression, awaited. Raises RuntimeError where it throws."""
        asked = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = self._send("Runtime.evaluate", asked)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def wait_for_study(self, study_id: str) -> None:
        """Until every byte of that study is in the viewer. Raises TimeoutError."""
        wanted = json.dumps(["loaded", study_id])
        script = f"""(() => {{ const viewer = {FIND_VIEWER}; const [state, study] = {wanted};
          return viewer?.dataset.state === state && viewer.dataset.study === study; }})()"""
        self._wait(lambda: self.evaluate(script), f"study {study_id}")

    def press(self, key: str) -> None:
        """A key pressed in the viewer."""
        event = f'new KeyboardEvent("keydown", {{ key: {json.dumps(key)}, bubbles: true }})'
        self.evaluate(f"{FIND_VIEWER}.dispatchEvent({event})")

    def _send(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._asked += 1
        asked = self._asked
        message = json.dumps({"id": asked, "method": method, "params": parameters})
        self._protocol.send(
            "Target.sendMessageToTarget", {"sessionId": self._session, "message": message}
        )
        self._wait(lambda: asked in self._answers, method)
        result: dict[str, Any] = self._answers.pop(asked)["result"]
        return result

    def _answered(self, event: dict[str, Any]) -> None:
        answer = json.loads(event["message"])
        if "id" in answer:
            self._answers[answer["id"]] = answer

    def _wait(self, done: Any, what: str) -> None:
        end = time.monotonic() + LONGEST_S
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(f"{what}: expected an answer in {LONGEST_S:.0f} s, found none")
            self._beside.wait_for_timeout(20)
