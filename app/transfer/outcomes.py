"""Turn the decision about a document into its outcome, for the list, the rehearsal and the run."""

from __future__ import annotations

from typing import Final

from app.domain.document_status import ERROR, READY, SAVED, SKIPPED
from app.domain.reasons import Reason
from app.domain.unread import Unread
from app.store.books import Readable
from app.store.preview import Outcome
from app.transfer.decide import Action, Decision
from app.transfer.phrases import message

_STATUS: Final = {Action.SKIP: SKIPPED, Action.REFUSE: ERROR}


def outcome_of(
    position: int,
    document: Readable | Reason,
    decision: Decision,
    invoice_id: int | None = None,
) -> Outcome:
    """Return the outcome of a document, saved with this id, or READY if it is not saved now."""
    saved = READY if invoice_id is None else SAVED
    source, series, read = "", None, None
    if not isinstance(document, Reason):
        source, series = document.number, decision.series(document)
    elif isinstance(document, Unread):
        source, read = document.number, document
    return Outcome(
        position,
        source,
        _STATUS.get(decision.action, saved),
        message(position, document, decision),
        decision.number,
        invoice_id,
        decision.refusal,
        series,
        read,
    )
