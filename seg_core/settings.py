"""Where things lie, from the environment, read once and frozen. It creates no folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from seg_core.errors import SettingsError
from seg_core.links import lies_in

PROJECT = Path(__file__).resolve().parent.parent
"""The checkout: holds `models/` with the models that ship."""


class Settings(BaseModel):
    """Paths of this installation, absolute, links resolved.

    home: workspace, holds runs/ studies/ models/ second_reader.db.
    data_roots: the folders that a browser may open; nothing outside is listed or read.
    shipped_models: the released models that come with the project.
    database_url: of a PostgreSQL; None keeps the store in `home`.
    """

    model_config = ConfigDict(frozen=True)

    home: Path
    data_roots: tuple[Path, ...] = ()
    shipped_models: Path = PROJECT / "models"
    database_url: str | None = None

    @property
    def runs(self) -> Path:
        return self.home / "runs"

    @property
    def studies(self) -> Path:
        return self.home / "studies"

    @property
    def models(self) -> Path:
        """Models released on this machine, looked at before the shipped ones."""
        return self.home / "models"

    @property
    def pretrained(self) -> Path:
        """Converted weights that an encoder may start from."""
        return self.home / "pretrained"

    @property
    def database(self) -> Path:
        """The embedded store's file, where `database_url` names no other."""
        return self.home / "second_reader.db"

    def allows(self, path: Path) -> bool:
        """Whether a browser may open `path`: it lies under a data root, links resolved."""
        return any(lies_in(path, root) for root in self.data_roots)


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from SECOND_READER_HOME, SECOND_READER_DATA (split as PATH is) and
    SECOND_READER_DATABASE.

    Raises SettingsError when a data root is named but is not a folder.
    """
    home = Path(environ.get("SECOND_READER_HOME") or "workspace").expanduser().resolve()
    roots = [
        Path(part).expanduser().resolve()
        for part in environ.get("SECOND_READER_DATA", "").split(os.pathsep)
        if part
    ]
    for root in roots:
        if not root.is_dir():
            raise SettingsError(
                f"SECOND_READER_DATA: expected existing folders, found {root}, which is none. "
                "Create it or take it out of the list."
            )
    url = environ.get("SECOND_READER_DATABASE") or None
    return Settings(home=home, data_roots=tuple(roots), database_url=url)
