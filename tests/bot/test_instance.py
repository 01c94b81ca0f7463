"""One program per data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.instance import FolderNotWritableError, FolderTakenError, hold_folder


def test_a_folder_is_made_and_held_until_it_is_let_go(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    with hold_folder(folder):
        with pytest.raises(FolderTakenError, match="stop it, or name another"), hold_folder(folder):
            pytest.fail("two programs in one folder")
        with hold_folder(tmp_path / "other"):
            pass
    with hold_folder(folder):
        pass


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(FolderNotWritableError, match="HUZHU_DATA"), hold_folder(file / "data"):
        pytest.fail("a file is no folder")
