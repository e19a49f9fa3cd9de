"""Folders of instances, whose static files are gathered and compressed once a run instead of once an instance."""

from __future__ import annotations

from pathlib import Path

from tests import databases


def made(folder: Path) -> Path:
    """`folder`, which is made where there is none, with the run's own static files in it."""
    folder.mkdir(parents=True, exist_ok=True)
    assets = folder / "assets"
    if not assets.exists():
        # Of this run: another one, of a checkout with other files, would clear ours away.
        shared = databases.run_folder() / "assets"
        shared.mkdir(exist_ok=True)
        assets.symlink_to(shared)
    return folder
