"""The stamp of the last transaction, in a small file beside the database while it is in use.

A log that is removed or cut after a kill takes transactions with it, and SQLite opens the database
without them. The stamp shows that they are missing. It is written after each commit and never
flushed: it tells of kills, not of power failures. The last who closes the database removes it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from app.domain.text import one_line
from app.errors import DatabaseRefused
from app.store.engine.causes import RESTORE
from app.store.engine.file_format import STAMPS

END: Final = "-damga"
"""Appended to the path of the database."""
_FLAGS: Final = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_BYTES: Final = 4
_FAR: Final = STAMPS >> 8  # a stamp further ahead is that of another database


class LastStamp:
    """The stamp file of the open database. Where there can be none, nothing is checked."""

    def __init__(self) -> None:
        self._file = -1

    def opened(self, database: str, read_stamp: Callable[[], int]) -> None:
        """Make or open the file of a database whose last stamp is to be read.

        Raises DatabaseRefused if it had later ones.
        """
        name = database + END
        with suppress(OSError):
            self._file = os.open(name, _FLAGS | os.O_CREAT, 0o600)
            if not stat.S_ISREG(os.fstat(self._file).st_mode):
                return
            with suppress(OSError):  # another's file: it was shared when it was made
                os.fchmod(self._file, os.stat(database).st_mode & 0o660)
            last = os.pread(self._file, _BYTES, 0)
            stamp = read_stamp()  # afterwards: others commit meanwhile
            missing = (int.from_bytes(last) - stamp) % STAMPS if len(last) == _BYTES else 0
            if 0 < missing < _FAR:
                os.close(self._file)
                self._file = -1  # so that the stamp stays, and the next opening says so too
                raise DatabaseRefused(
                    f"Son {missing} işlem veritabanında yok, günlüğü (-wal) silinmiş ya da "
                    f"kesilmiş; {RESTORE}. Bunu biliyorsanız {one_line(name)} dosyasını kaldırın"
                )
            self.note(stamp)

    def note(self, stamp: int) -> None:
        """Write down the stamp of a transaction that is committed."""
        if self._file >= 0:
            with suppress(OSError):
                os.pwrite(self._file, stamp.to_bytes(_BYTES), 0)

    def closed(self, database: str, *, is_whole: bool) -> None:
        """Close the file; remove it if the database is whole and this was its last user."""
        if self._file < 0:
            return
        with suppress(OSError):
            if is_whole and not os.path.exists(f"{database}-wal"):
                os.unlink(database + END)
        os.close(self._file)
        self._file = -1


def lacks_log(database: str) -> bool:
    """Return whether the stamp stayed and the log did not: somebody else has removed or ended it.

    The database may then hold a part of a transaction that was being copied into it.
    """
    return os.path.exists(database + END) and not os.path.exists(f"{database}-wal")
