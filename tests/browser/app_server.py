"""Starts the whole app on a free port, as a process of its own. It opens no page."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
)
SERVER_START_S = 60.0


class AppNotStarted(Exception):
    """The server ended or did not answer in time; the message is its log."""


@dataclass
class Server:
    """A running app: `url` without a slash at its end, and the workspace that it serves."""

    url: str
    home: Path
    log: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    def stop(self) -> None:
        """End the server and wait for it."""
        self.process.terminate()
        self.process.wait(20)


def installed_chromium() -> str | None:
    """Path of a Chromium of this machine's packages, or None."""
    return next((path for name in CHROMIUMS if (path := shutil.which(name))), None)


def start_server(
    home: Path, log: Path, roots: tuple[Path, ...] = (), entry: str = "app.py"
) -> Server:
    """The app over the workspace `home`, answering. Raises AppNotStarted."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "SECOND_READER_HOME": str(home),
        "SECOND_READER_DATA": os.pathsep.join(map(str, roots)),
    }
    command = [sys.executable, "-m", "streamlit", "run", entry, "--server.headless=true"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, f"--server.port={port}"],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", home, log, process)
    _wait(server)
    return server


def _wait(server: Server) -> None:
    end = time.monotonic() + SERVER_START_S
    while time.monotonic() < end and server.process.poll() is None:
        try:
            urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    server.process.kill()
    raise AppNotStarted(server.log.read_text("utf-8", "replace"))
