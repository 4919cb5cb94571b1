"""The status of a document in words: one wording and one “with a warning” for all."""

import pytest

from app.domain.document_status import (
    ERROR,
    READY,
    SAVED,
    SKIPPED,
    UNDONE,
    WARNING,
    is_warned,
    status_words,
)
from app.store.preview import FileRow, FileRows, Outcome

WORDED = {
    (READY, ""): ("Hazır", False),
    (READY, "x"): ("Uyarı: x", True),
    (WARNING, "x"): ("Uyarı: x", True),
    (ERROR, "x"): ("Hata: x", False),
    (SAVED, ""): ("Aktarıldı", False),
    (SAVED, None): ("Aktarıldı", False),
    (SAVED, "x"): ("Aktarıldı (uyarı: x)", True),
    (SKIPPED, "x"): ("Atlandı: x", False),
    (UNDONE, ""): ("Geri alındı", False),
    (UNDONE, "x"): ("Geri alındı (uyarı: x)", True),
    ("bozuk", "x"): ("bozuk: x", False),
}


@pytest.mark.parametrize(("status", "message"), WORDED)
def test_a_status_is_worded_with_its_message(status: str, message: str | None) -> None:
    assert (status_words(status, message), is_warned(status, message)) == WORDED[status, message]


@pytest.mark.parametrize(("status", "message"), [key for key in WORDED if key[1] is not None])
def test_a_row_is_found_by_its_words_and_listed_with_the_warned_as_they_are(
    status: str, message: str
) -> None:
    """When it is judged, and when an import tells what became of it."""
    table = FileRows()
    table.add([FileRow(1, 0, 0, status, message, True), FileRow(2, 0, 0, READY, "", True)])
    table.update([Outcome(2, "", status, message, "", None)])
    assert table.matching([1, 2], status_words(status, message)) == [0, 1]
    warned = [1, 2] if is_warned(status, message) else []
    assert list(table.faulty(WARNING)) == warned
    assert list(table.faulty(ERROR)) == ([1, 2] if status == ERROR else [])
