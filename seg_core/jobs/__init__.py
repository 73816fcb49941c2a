"""A command carried out elsewhere: the launcher's protocol and the local queue. No page, no run."""

from seg_core.jobs.launcher import JobStatus, Launcher, Resources
from seg_core.jobs.local import LocalLauncher

__all__ = ["JobStatus", "Launcher", "LocalLauncher", "Resources"]
