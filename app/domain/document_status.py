"""The status of a document in an import or in the journal, and its words in Turkish for Durum."""

from __future__ import annotations

from typing import Final

READY, WARNING, ERROR, SAVED, SKIPPED, UNDONE = (
    "hazir", "uyari", "hata", "aktarildi", "atlandi", "geri-alindi",
)  # fmt: skip
WORDS: Final = {
    READY: "Hazır",
    WARNING: "Uyarı",
    ERROR: "Hata",
    SAVED: "Aktarıldı",
    SKIPPED: "Atlandı",
    UNDONE: "Geri alındı",
}
_STORED: Final = (SAVED, UNDONE)


def is_warned(status: str, message: str | None) -> bool:
    """Return whether a document was saved, or can be, with a warning."""
    return status == WARNING or (bool(message) and status in (READY, *_STORED))


def status_words(status: str, message: str | None) -> str:
    """Return Durum in full: `Hata: 3. belge, CariKod: …`, `Aktarıldı (uyarı: …)`."""
    word = WORDS.get(status, status)  # a damaged journal may hold another one
    if not message:
        return word
    if status in _STORED:
        return f"{word} (uyarı: {message})"
    return f"{WORDS[WARNING] if is_warned(status, message) else word}: {message}"
