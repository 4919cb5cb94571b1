"""The transactions of an import: the first opens the run in the journal, the last closes it.

If a connection is lost, the journal shows whether the last transaction was committed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Final

from app.domain.totals import TypeTotals
from app.errors import CommitUncertain, DatabaseRefused
from app.store import journal
from app.store.database import writing
from app.store.preview import Outcome

_GONE: Final = (
    "Veritabanı: bağlantı kesildikten sonra aktarım sürer durumda bulunamadı; sunucu eski bir "
    "duruma dönmüş olabilir. Kaydedilenleri Aktarımlar'da (F9, toplu-fatura aktarimlar) denetleyin"
)
_LOST: Final = (
    "Veritabanı: bağlantı kesilmeden önce kaydedilmiş son belgeler artık yok; sunucu eski bir "
    "duruma dönmüş, aktarım durdu. Sunucunun yöneticisine bildirin (synchronous_commit, fsync), "
    "sonra aynı dosyayı yeniden aktarın: yalnız eksikler kaydedilir, numaraları değişebilir"
)


class RunTransactions:
    """Opens the transactions of one import."""

    def __init__(self, file: str, until_end: ExitStack, failed: Callable[[int], None]) -> None:
        """Prepare a run; `until_end` stays open as long as the run.

        `failed` is called in the transaction after a failed one, with the run's id if some of it
        was committed, because another process may have resumed the run meanwhile.
        """
        self.id = 0
        self.begun = False
        """Whether the run is in the journal."""
        self.status = journal.RUNNING
        """The run's status in the journal."""
        self.pending: list[Outcome] = []
        """The outcomes of the last transaction."""
        self.doubt: CommitUncertain | None = None
        """The error if it is unknown whether the last transaction was committed."""
        self._last_kept: int | None = None
        """The position of the last outcome whose commit was confirmed."""
        self._file = file
        self._until_end = until_end
        self._failed = failed
        self._token = 0
        self._has_failed = False
        self._ending = journal.RUNNING
        """The run's status after the last transaction, which may be uncommitted."""

    @contextmanager
    def open(self, *, behind: bool = False, patient: bool = True) -> Iterator[list[Outcome]]:
        """Open a transaction; yield the outcomes of an uncertain commit that turned out stored."""
        try:
            with ExitStack() as begins:
                with writing(behind=behind, patient=patient):
                    kept = self._settle() if self._has_failed else []
                    if not (self.begun or kept):
                        self._open()
                    yield kept
                    if not self.begun and self._ending == journal.RUNNING:
                        begins.enter_context(journal.present(self.id))
                self.begun, self._has_failed, self.doubt = True, False, None
                self.status = self._ending
                if self.pending:
                    self._last_kept = self.pending[-1].position
                self._until_end.enter_context(begins.pop_all())
        except DatabaseRefused as error:
            self._has_failed = True
            if isinstance(error, CommitUncertain):
                self.doubt = error
            raise

    def close(self, status: str, totals: TypeTotals) -> None:
        """Close the run in the journal, inside `open()`."""
        self._ending = status
        journal.close_transfer(self.id, status, datetime.now(), totals)

    def _open(self) -> None:
        self._token = secrets.randbits(63)
        self.id = journal.open_transfer(journal.IMPORT, self._file, datetime.now(), self._token)

    def _settle(self) -> list[Outcome]:
        """Find out what was committed before a failure; return the uncertain outcomes if stored.

        Raises DatabaseRefused if the run or a confirmed outcome is gone: a server that does not
        wait for its disk or its standby may have lost it.
        """
        self._failed(self.id if self.begun else 0)
        ending, self._ending = self._ending, journal.RUNNING
        if not (self.begun or self.doubt):
            return []
        state = journal.state(self.id, self._token)
        if self.begun and state not in (journal.RUNNING, ending):
            raise DatabaseRefused(_GONE)
        if self._last_kept is not None and not journal.has_outcome(self.id, self._last_kept):
            raise DatabaseRefused(_LOST)
        is_there = bool(self.doubt and self.pending and state)
        if is_there and journal.has_outcome(self.id, self.pending[0].position):
            self._ending = state or journal.RUNNING
            return self.pending
        self.doubt = None
        return []


def doubt_again(doubt: CommitUncertain) -> CommitUncertain:
    """Copy an uncertainty, because an error cannot be its own cause."""
    again = CommitUncertain(doubt.refusal)
    again.patience = doubt.patience
    return again
