"""One running program per data folder: two would answer everything twice.

The operating system holds the lock and lets it go when the process ends, however it ends; so nothing stale
is ever left behind.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_NAME: Final = "huzhu.lock"


class FolderError(Exception):
    """The data folder cannot be used. The message says what to do."""


class FolderTakenError(FolderError):
    """Another program works with this data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another huzhu runs with the data folder {folder}: "
            f"stop it, or name another folder in HUZHU_DATA."
        )


class FolderNotWritableError(FolderError):
    """The data folder cannot be made or written."""

    def __init__(self, folder: Path, cause: str) -> None:
        super().__init__(
            f"The data folder {folder} cannot be written ({cause}): "
            f"let the bot's user write there, or name another folder in HUZHU_DATA."
        )


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Keep `folder`, made where needed, to ourselves. Raises `FolderError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / _NAME, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise FolderNotWritableError(folder, error.strerror or type(error).__name__) from error
    try:
        if not _lock(handle):
            raise FolderTakenError(folder)
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":  # pragma: no cover (the tests run elsewhere)
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
