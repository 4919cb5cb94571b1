"""The transactions of an import: the first opens the run in the journal, another closes it.

If a connection is lost, the journal shows whether the last transaction was committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from app.domain.totals import TypeTotals
from app.errors import CommitUncertain, DatabaseRefused
from app.store import journal
from app.store.database import full_command, writing
from app.store.preview import Outcome

_GONE: Final = (
    "Veritabanı: bağlantı kesildikten sonra aktarım sürer durumda bulunamadı; sunucu eski bir "
    "duruma dönmüş olabilir"
)
_LOST: Final = (
    "Veritabanı: bağlantı kesilmeden önce kaydedilmiş son belgeler artık yok; sunucu eski bir "
    "duruma dönmüş, aktarım durdu. Sunucunun yöneticisine bildirin (synchronous_commit, fsync), "
    "sonra aynı dosyayı yeniden aktarın: yalnız eksikler kaydedilir, numaraları değişebilir"
)


@dataclass(slots=True)
class Attempt:
    """What the last transaction was to commit."""

    outcomes: list[Outcome] = field(default_factory=list)
    ending: str = journal.RUNNING
    """The run's status after it."""
    doubt: CommitUncertain | None = None
    """The error if it is unknown whether it was committed."""


class RunTransactions:
    """Opens the transactions of one import."""

    def __init__(
        self, file: str, until_end: ExitStack, failed: Callable[[int], None], *, is_part: bool
    ) -> None:
        """Prepare a run; `until_end` stays open as long as the run, `is_part` is for the journal.

        `failed` is called in the transaction after a failed one, with the run's id if some of it
        was committed, because another process may have resumed the run meanwhile.
        """
        self.id = 0
        self.status: str | None = None
        """The run's status in the journal; None until it is there."""
        self.last = Attempt()
        """What the last transaction was to commit; its outcomes are set inside `open()`."""
        self._last_kept: int | None = None
        """The position of the last outcome whose commit was confirmed."""
        self._file = file
        self._is_part = is_part
        self._until_end = until_end
        self._failed = failed
        self._token = 0
        self._has_failed = False

    @property
    def begun(self) -> bool:
        """Whether the run is in the journal."""
        return self.status is not None

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
                    if not self.begun and self.last.ending == journal.RUNNING:
                        begins.enter_context(journal.present(self.id))
                self._has_failed, self.last.doubt = False, None
                self.status = self.last.ending
                if self.last.outcomes:
                    self._last_kept = self.last.outcomes[-1].position
                self._until_end.enter_context(begins.pop_all())
        except DatabaseRefused as error:
            self._has_failed = True
            if isinstance(error, CommitUncertain):
                self.last.doubt = error
            raise

    def close(self, status: str, totals: TypeTotals) -> None:
        """Close the run in the journal, inside `open()`."""
        self.last.ending = status
        journal.close_transfer(self.id, status, datetime.now(), totals)

    def _open(self) -> None:
        self._token = journal.new_token(is_part=self._is_part)
        self.id = journal.open_transfer(journal.IMPORT, self._file, datetime.now(), self._token)

    def _settle(self) -> list[Outcome]:
        """Find out what was committed before a failure; return the uncertain outcomes if stored.

        Raises DatabaseRefused if the run or a confirmed outcome is gone: a server that does not
        wait for its disk or its standby may have lost it.
        """
        self._failed(self.id if self.begun else 0)
        last = self.last
        if self.begun or last.doubt:
            state = journal.state(self.id, self._token)
            if self.begun and state not in (journal.RUNNING, last.ending):
                command = full_command("aktarimlar")
                raise DatabaseRefused(
                    f"{_GONE}. Kaydedilenleri Aktarımlar'da (F9, {command}) denetleyin"
                )
            if self._last_kept is not None and not journal.has_outcome(self.id, self._last_kept):
                raise DatabaseRefused(_LOST)
            uncertain = last.outcomes if last.doubt and state else []
            if uncertain and journal.has_outcome(self.id, uncertain[0].position):
                last.ending = state or journal.RUNNING
                return uncertain
        self.last = Attempt()
        return []


def doubt_again(doubt: CommitUncertain) -> CommitUncertain:
    """Copy an uncertainty, because an error cannot be its own cause."""
    again = CommitUncertain(doubt.refusal)
    again.patience = doubt.patience
    return again
