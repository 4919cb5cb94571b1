"""denetle tells of keys, names and journal rows that somebody edited, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.store import checks
from app.store.database import database, full_command, reading
from app.store.opening import close_database, open_database
from app.transfer.export_run import run_export
from tests.store.bookkeeping import (
    RESTORE,
    address_of,
    document,
    enter,
    failures,
    open_books,
    vandalise,
)

pytestmark = [pytest.mark.broken_books, pytest.mark.both_engines]
ACTS = [
    ("UPDATE invoice SET number_key = 'X' WHERE id = 1", "yazilislar",
     f"A-1: benzersizlik anahtarı değiştirilmiş; {RESTORE}"),
    ("UPDATE invoice SET gib_number = 'ABC2024000000001' WHERE id = 1", "gib-numaralari",
     f"A-1: GİB numarasının anahtarı değiştirilmiş (ABC2024000000001); {RESTORE}"),
    ("UPDATE account SET name = 'Başkası'", "kart-adlari",
     f"120-001: cari adı sonradan değiştirilmiş (Başkası); {RESTORE}"),
    ("UPDATE stock_item SET name = 'Başkası'", "kart-adlari",
     f"150-01: stok adı sonradan değiştirilmiş (Başkası); {RESTORE}"),
    (f"UPDATE series SET last_number = {10**13}", "sayaclar",
     f"Satış A- serisinin sayacı {10**13}, böyle bir numara olamaz; {RESTORE}"),
    ("UPDATE transfer SET sales_total = 'yüz'", "aktarim-toplami",
     f"1. aktarım: satış toplamı bir tutar değil (yüz); {RESTORE}"),
    ("INSERT INTO undo VALUES (1, 1, 'ayşe', 'dün', NULL, NULL)", "aktarim-zamani",
     f"1. aktarım: böyle bir an yok (geri alma dün); {RESTORE}"),
    ("INSERT INTO currency VALUES (1, 'USD'), (2, 'usd')", "ayarlar",
     "USD birden çok döviz kodunun adı (1, 2); ayırın: toplu-fatura doviz 2 AD{named}"),
    ("DELETE FROM transfer_item WHERE position = 1", "gunluk-eksigi",
     f"1. aktarım: günlükten 1 belgenin satırı silinmiş; {RESTORE}"),
    ("CREATE TABLE notlar (a INT)", "yabanci-tablo",
     "notlar: bu programın olmayan tablo; belgelere dokunmaz, sahibi başka bir dosyaya taşısın"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "check", "sentence"), ACTS)
def test_what_somebody_edited_is_told(tmp_path: Path, act: str, check: str, sentence: str) -> None:
    path = tmp_path / "defter.db"
    open_books(path)
    enter(document("A-1"), document("A-2"))
    run_export([1, 2], tmp_path / "x.json")
    vandalise(path, act)
    found = dict(failures(path))
    named = full_command("").removeprefix("toplu-fatura ")
    said = sentence.replace(RESTORE, database.restore_advice).replace("{named}", named)
    assert found[check] == said
    close_database()


def test_a_foreign_table_forbids_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "defter.db"
    open_books(path)
    enter(document("A-1"))
    vandalise(path, "CREATE TABLE notlar (a INT)")
    open_database(address_of(path))
    with reading():
        assert checks.failures(harmful=True) == []
    close_database()
