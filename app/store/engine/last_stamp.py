"""Keep the stamp of the last transaction in a small file beside a database that is in use.

If the log is removed or cut after a kill, SQLite opens the database without the log's transactions.
The stamp shows that they are missing. It is written after each commit and never flushed, so it
covers kills, not power failures. The last process to close the database removes the file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from app.domain.text import one_line
from app.errors import DatabaseDamaged
from app.store.engine.causes import restore_advice
from app.store.engine.file_format import STAMPS

END: Final = "-damga"
"""The suffix of the stamp file, after the path of the database."""
_FLAGS: Final = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_BYTES: Final = 4
_FAR: Final = STAMPS >> 8  # a stamp further ahead belongs to another database


class LastStamp:
    """The stamp file of the open database; without one, nothing is checked."""

    def __init__(self) -> None:
        self._file = -1

    def opened(self, database: str, read_stamp: Callable[[], int]) -> None:
        """Create or open the stamp file, and compare it with the stamp that `read_stamp` returns.

        Raises DatabaseRefused if the database has lost later transactions.
        """
        name = database + END
        with suppress(OSError):
            self._file = os.open(name, _FLAGS | os.O_CREAT, 0o600)
            if not stat.S_ISREG(os.fstat(self._file).st_mode):
                return
            with suppress(OSError):  # another user's file, shared when it was created
                os.fchmod(self._file, os.stat(database).st_mode & 0o660)
            last = os.pread(self._file, _BYTES, 0)
            stamp = read_stamp()  # last, because other processes may commit meanwhile
            missing = (int.from_bytes(last) - stamp) % STAMPS if len(last) == _BYTES else 0
            if 0 < missing < _FAR:
                os.close(self._file)
                self._file = -1  # keep the stamp, so that the next opening refuses too
                raise DatabaseDamaged(
                    f"Son {missing} işlem veritabanında yok, günlüğü (-wal) silinmiş ya da "
                    f"kesilmiş; {restore_advice(database)}. Bunu biliyorsanız {one_line(name)} "
                    "dosyasını kaldırın"
                )
            self.note(stamp)

    def note(self, stamp: int) -> None:
        """Write the stamp of a committed transaction."""
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
    """Return whether another program removed the log: the stamp file exists, the log does not.

    If a kill interrupted a checkpoint, the database may then hold only part of a transaction.
    """
    return os.path.exists(database + END) and not os.path.exists(f"{database}-wal")
