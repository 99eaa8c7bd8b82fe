"""A new archive: every folder on its path has to have its name on the disk, or a power cut takes all of it away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gate_service.archive.shelf import Folder


def test_each_folder_that_is_made_has_its_name_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: set[int] = set()

    def fsync(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)

    monkeypatch.setattr(os, "fsync", fsync)
    root = tmp_path / "ledgers" / "prod"
    Folder(root).write("EAST", "segment", b"text")
    folders = (tmp_path, tmp_path / "ledgers", root, root / "EAST")
    assert {each.stat().st_ino for each in folders} <= synced
