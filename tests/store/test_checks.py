"""Each check of denetle finds what it is for, when somebody breaks it by hand."""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain import amounts
from app.store import checks, migrations, settings
from app.store.amount_sql import not_canonical
from app.store.database import database, reading, writing
from app.store.engine.sqlite_objects import integrity
from app.store.models import TABLES
from app.store.opening import close_database, open_database
from tests.store.bookkeeping import RESTORE, document, enter, failures, purchase, vandalise

pytestmark = [pytest.mark.broken_books, pytest.mark.files_only]

_DROP = "DROP INDEX invoice_number;"
_NOW = "2024-04-01 09:30:00"
_RUN = (
    "INSERT INTO transfer (id, direction, file, started_at, finished_at, status)"
    f" VALUES (1, 'iceri', 'x.json', '{_NOW}', '{_NOW}', 'tamam');"
)
_ITEM = _RUN + "INSERT INTO transfer_item VALUES (1, 1, 'A-1', {}, '{}', NULL, {}, NULL);"
_UNDONE = (
    "INSERT INTO counter_start VALUES (1, 0, 'A-', 0, NULL);"
    f"INSERT INTO undo VALUES (1, 1, 'ayşe', '{_NOW}', 'ayşe', '{_NOW}');"
    "INSERT INTO deleted_invoice VALUES (9, 1, 1, 1, 'A-1', '120-001', zeroblob(16), X'', 0);"
)
_COMES_FROM_IT = "UPDATE invoice SET transfer_id = 1, transfer_position = 1 WHERE number = 'A-1'"
# What no run of the program leaves: the advice follows what is said of it below.
BY_BACKUP = {
    "baglar", "kalemler", "kalem-sirasi", "sahipsiz-kalem", "tutarlar", "kalem-tutarlari",
    "tarihler", "ek-alanlar", "numara-tekligi", "numara-parcalari", "sayaclar", "gunluk-belge",
    "belge-gunluk", "gunluk-tekligi", "gunluk-satirlari", "gunluk-disari", "aktarim-zamani",
    "aktarim-sonu", "aktarim-toplami",
}  # fmt: skip
# Check, what breaks it, what it then says.
BREAKS = [
    (
        "sema",
        "DROP INDEX invoice_number",
        "invoice_number: dizin yok; yeniden kurun: CREATE UNIQUE INDEX invoice_number ON invoice"
        " (document_type, coalesce(number_key, number),"
        " CASE document_type WHEN 1 THEN account_code ELSE '' END)",
    ),
    (
        "sema",
        "DROP INDEX invoice_date; CREATE INDEX invoice_date ON invoice (document_date, number)",
        "invoice_date: dizin tanımı değişmiş (eksik: document_type); kaldırıp yeniden kurun:"
        ' DROP INDEX "invoice_date"; CREATE INDEX invoice_date ON invoice'
        " (document_type, document_date, number)",
    ),
    (
        "sema",
        "DROP INDEX invoice_account;"
        "CREATE INDEX invoice_account ON invoice (document_type, account_code, document_date)",
        "invoice_account: dizin tanımı değişmiş (sırası başka); kaldırıp yeniden kurun:"
        ' DROP INDEX "invoice_account"; CREATE INDEX invoice_account ON invoice'
        " (account_code, document_type, document_date)",
    ),
    (
        "sema",
        "CREATE UNIQUE INDEX tekil ON invoice (grand_total, id)",
        'tekil: bu programın olmayan dizin; kaldırın: DROP INDEX "tekil"',
    ),
    (
        "sema",
        "CREATE TRIGGER sessiz AFTER INSERT ON line BEGIN DELETE FROM line; END",
        'sessiz: bu programın olmayan tetikleyici; kaldırın: DROP TRIGGER "sessiz"',
    ),
    (
        "sema",
        "CREATE VIEW rapor AS SELECT * FROM invoice",
        'rapor: bu programın olmayan görünüm; kaldırın: DROP VIEW "rapor"',
    ),
    (
        "sema",
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql,"
        " 'IN (0, 1)', 'IN (0, 1, 2)') WHERE name = 'series'",
        'series: tablo tanımı değişmiş (eksik: "document_type" INTEGER NOT NULL CHECK'
        ' (document_type IN (0, 1)), fazla: "document_type" INTEGER NOT NULL CHECK'
        " (document_type IN (0, 1, 2))); yedekten dönün: toplu-fatura geri-yukle YEDEK",
    ),
    (
        "sema",
        "PRAGMA foreign_keys = OFF; DROP TABLE stock_item",
        "stock_item: tablo yok; yedekten dönün: toplu-fatura geri-yukle YEDEK",
    ),
    (
        "yabanci-tablo",
        "CREATE TABLE notlar (a); CREATE INDEX notlar_a ON notlar (a)",
        "notlar: bu programın olmayan tablo; belgelere dokunmaz, sahibi başka bir dosyaya taşısın",
    ),
    (
        "butunluk",
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql,"
        " '\"gross_total\" TEXT,', '\"gross_total\" TEXT NOT NULL,') WHERE name = 'invoice'",
        f"SQLite: invoice tablosunda gross_total boş kalmış; {RESTORE}",
    ),
    *(
        ("baglar", f"PRAGMA foreign_keys = OFF; {act}", said)
        for act, said in (
            ("DELETE FROM account WHERE code = '320-001'", "A-1: cari kartı yok (320-001)"),
            ("UPDATE account SET code = CAST(X'FF' AS TEXT) WHERE code = '320-001'",
             "A-1: cari kartı yok (320-001)"),
            ("UPDATE invoice SET transfer_id = 7 WHERE id = 2",
             "A-2: aktarımla gelmiş, 7. aktarım günlükte yok"),
            ("DELETE FROM invoice WHERE id = 2", "2. kayıt: belgesi olmayan kalem (1. kalem)"),
            ("DELETE FROM stock_item", "A-2, 1. kalem: stok kartı yok (150-01)"),
            (_ITEM.format("'A-1'", "aktarildi", "NULL") + "DELETE FROM transfer",
             "1. aktarım günlükte yok, 1. belgesinin satırı var"),
            (_ITEM.format("'A-1'", "aktarildi", "NULL") + "UPDATE transfer_item"
             " SET invoice_id = 77", "A-1: 1. aktarımla dışarı aktarılmış, veritabanında yok"),
            (_RUN + _UNDONE + "DELETE FROM transfer",
             "1. aktarım günlükte yok, sayaç kaydı var"),
            (_RUN + _UNDONE + "DELETE FROM transfer",
             "1. aktarım günlükte yok, geri alındığı yazılı"),
            (_RUN + _UNDONE + "DELETE FROM transfer",
             "A-1: Silinen Belgeler'de, 1. aktarım günlükte yok"),
            (_RUN + _UNDONE + "DELETE FROM undo",
             "A-1: Silinen Belgeler'de, geri alındığı günlükte yok"),
        )
    ),
    (
        "metinler",
        "UPDATE account SET name = CAST(X'4BFF' AS TEXT) WHERE code = '320-001'",
        "account 320-001: name UTF-8 değil (K\ufffd);"
        " yedekten dönün: toplu-fatura geri-yukle YEDEK",
    ),
    (
        "kalemler",
        "UPDATE invoice SET line_count = 2 WHERE number = 'A-1'",
        "A-1: 2 kalem yazılı, 1 kalem var",
    ),
    (
        "kalem-sirasi",
        "UPDATE line SET position = 7 WHERE invoice_id = 1",
        "A-1: kalem sıraları 1'den ardışık değil",
    ),
    (
        "kalem-sirasi",
        "UPDATE line SET position = 0 WHERE invoice_id = 2",
        "A-2: kalem sıraları 1'den ardışık değil",
    ),
    (
        "sahipsiz-kalem",
        "DELETE FROM invoice WHERE number = 'A-2'",
        "belgesi olmayan kalem (2)",
    ),
    (
        "tutarlar",
        "UPDATE invoice SET grand_total = '100' WHERE number = 'A-2'",
        "A-2: tutar yazımı bozuk (GENELTOPLAM 100)",
    ),
    (
        "tutarlar",
        "UPDATE invoice SET grand_total = printf('%.*c.0', 100000, '9') WHERE number = 'A-2'",
        f"A-2: tutar yazımı bozuk (GENELTOPLAM {'9' * 47}…)",
    ),
    (
        "tutarlar",
        "UPDATE invoice SET gross_total = '1.123456789' WHERE number = 'A-2'",
        "A-2: tutar yazımı bozuk (BRUTTUTAR 1.123456789)",
    ),
    (
        "kalem-tutarlari",
        "UPDATE line SET quantity = 'NaN' WHERE invoice_id = 2",
        "A-2, 1. kalem: tutar yazımı bozuk (STra_GCMIK NaN)",
    ),
    (
        "tarihler",
        "UPDATE invoice SET document_date = '2024-02-30' WHERE number = 'A-2'",
        "A-2: böyle bir gün yok (2024-02-30, giriş 2024-04-01)",
    ),
    (
        "tarihler",
        "UPDATE invoice SET entered_on = 'dün' WHERE number = 'A-2'",
        "A-2: böyle bir gün yok (2024-03-15, giriş dün)",
    ),
    *(
        ("ek-alanlar", f"UPDATE {column} = '{value}' WHERE {key} = 2",
         "A-2: ek alanlar JSON nesnesi değil")
        for column, key in (
            ("invoice SET extra", "id"), ("invoice SET header_extra", "id"),
            ("line SET extra", "invoice_id"),
        )
        for value in ('{"yarım', "[]")
    ),
    (
        "ayarlar",
        "UPDATE setting SET text = ' '",
        "şirketin adı silinmiş; yeniden verin: toplu-fatura sirket AD --veritabani {path}",
    ),
    (
        "ayarlar",
        "UPDATE currency SET name = ''",
        "1 kodlu dövizin adı silinmiş; yeniden verin: toplu-fatura doviz 1 AD --veritabani {path}",
    ),
    *(
        ("ayarlar", f"UPDATE setting SET text = {text}",
         f"şirketin adı {said}; yeniden verin: toplu-fatura sirket AD --veritabani {{path}}")
        for text, said in (
            ("CAST(X'4BFF' AS TEXT)", "UTF-8 değil (K\ufffd)"),
            ("'A' || char(27)", "gösterilemeyen karakter içeriyor (U+001B)"),
            ("'A' || char(10)", "gösterilemeyen karakter içeriyor (satır sonu ya da sekme)"),
            ("printf('%.*c', 100000, 'A')", "100.000 karakter, en çok 60 olabilir"),
        )
    ),
    (
        "ayarlar",
        "UPDATE setting SET name = 'başka' || char(27)",
        "bu programın olmayan ayar (başka\ufffd); kaldırın: DELETE FROM setting WHERE"
        " name <> 'company'",
    ),
    (
        "ayarlar",
        "UPDATE currency SET name = printf('%.*c', 11, 'A')",
        "1 kodlu dövizin adı 11 karakter, en çok 10 olabilir; yeniden verin: toplu-fatura doviz"
        " 1 AD --veritabani {path}",
    ),
    (
        "ayarlar",
        "INSERT INTO currency VALUES (20, 'usd')",
        "USD birden çok döviz kodunun adı (1, 20); ayırın: toplu-fatura doviz 20 AD --veritabani"
        " {path}",
    ),
    (
        "ayarlar",
        "INSERT INTO currency VALUES (20, 'ＵSD')",
        "USD birden çok döviz kodunun adı (1, 20); ayırın: toplu-fatura doviz 20 AD --veritabani"
        " {path}",
    ),
    (
        "ayarlar",
        "UPDATE currency SET name = 'döviz 2'",
        "1 kodlu dövizin adı kod gibi okunuyor (döviz 2); yeniden verin: toplu-fatura doviz 1 AD"
        " --veritabani {path}",
    ),
    (
        "ayarlar",
        "UPDATE currency SET name = 'TL'",
        "TL birden çok döviz kodunun adı (0, 1); ayırın: toplu-fatura doviz 1 AD --veritabani"
        " {path}",
    ),
    (
        "ayarlar",
        "INSERT INTO currency VALUES (0, 'Lira')",
        "0 kodu TL'dir, adı Lira olamaz; kaldırın: DELETE FROM currency WHERE code = 0",
    ),
    (
        "numara-tekligi",
        _DROP + "UPDATE invoice SET number = 'A-1' WHERE number = 'A-2'",
        "A-1 numarası 2 kez",
    ),
    (
        "yazilislar",
        "UPDATE invoice SET number_key = 'A-1 #1' WHERE number = 'A-1'",
        "A-1: aynı görünen başka bir kod ya da numara var; ikisi de duruyor, hangisinin doğru "
        "olduğuna kaynağından bakın",
    ),
    (
        "gib-numaralari",
        """UPDATE invoice SET header_extra = '{"GIB_FATIRS_NO":"RDM2026000000001"}'
            WHERE number = 'A-1'""",
        "A-1: GİB numarası RDM2026000000001 başka bir belgede de var; ikisi de duruyor, "
        "hangisinin olduğuna kaynağından bakın",
    ),
    (
        "kart-adlari",
        "UPDATE account SET name = 'Başkası' WHERE code = '320-001'",
        f"320-001: cari adı sonradan değiştirilmiş (Başkası); {RESTORE}",
    ),
    (
        "kartlar",
        "UPDATE account SET main_extra = '[1]' WHERE code = '320-001'",
        f"cari 320-001: kaydı bozuk, dosyaya yazılamaz; {RESTORE}",
    ),
    (
        "kartlar",
        "UPDATE stock_item SET vat_rate = '20' WHERE code = '150-01'",
        f"stok 150-01: tutar yazımı bozuk (KDV_Orani 20); {RESTORE}",
    ),
    (
        "numara-parcalari",
        "UPDATE invoice SET tail = 8 WHERE number = 'A-1'; UPDATE series SET last_number = 9",
        "A-1: numara öneki A- ve sonu (8) ile uyuşmuyor",
    ),
    (
        "numara-parcalari",
        "UPDATE invoice SET number = 'A-1x' WHERE number = 'A-1'",
        "A-1x: numara öneki A- ve sonu (1) ile uyuşmuyor",
    ),
    (
        "numara-parcalari",
        "UPDATE invoice SET prefix = 'B-' WHERE number = 'A-2'",
        "A-2: numara öneki B- ve sonu (2) ile uyuşmuyor",
    ),
    (
        "numara-parcalari",
        "UPDATE invoice SET tail = NULL, prefix = number WHERE number = 'A-2'",
        "A-2: numara öneki A-2 ve sonu (yok) ile uyuşmuyor",
    ),
    (
        "sayaclar",
        "UPDATE series SET last_number = 1 WHERE prefix = 'A-'",
        "Satış A- serisinin sayacı 1, en büyük numara 2",
    ),
    *(
        ("sayaclar",
         f"PRAGMA ignore_check_constraints = ON; UPDATE series SET last_number = {counter}",
         f"Satış A- serisinin sayacı {counter}, böyle bir numara olamaz")
        for counter in (-5, 10**13, 10**18)
    ),
    (
        "gunluk-belge",
        _ITEM.format("'A-9'", "aktarildi", "zeroblob(16)"),
        "A-9: günlükte aktarıldı, veritabanında yok",
    ),
    (
        "belge-gunluk",
        _RUN + _COMES_FROM_IT,
        "A-1: aktarımla gelmiş, günlükte yok",
    ),
    (
        "gunluk-tekligi",
        _ITEM.format("'A-1'", "aktarildi", "zeroblob(16)")
        + _COMES_FROM_IT,
        "1. aktarımın 1. belgesi 2 kez kayıtlı",
    ),
    *(
        ("gunluk-satirlari", _ITEM.format(number, status, fingerprint) + more,
         f"1. aktarım, 1. belge: {status} satırının numarası ya da parmak izi yanlış")
        for number, status, fingerprint, more in (
            ("NULL", "aktarildi", "zeroblob(16)", ""),
            ("'A-1'", "aktarildi", "NULL", ""),
            ("'A-1'", "hata", "NULL", ""),
            ("NULL", "hata", "zeroblob(16)", ""),
            ("'A-1'", "aktarildi", "zeroblob(15)", ""),
            ("NULL", "atlandi", "X''", ""),
            ("'A-1'", "aktarildi", "zeroblob(16)", "UPDATE transfer SET direction = 'disari'"),
        )
    ),
    (
        "gunluk-disari",
        _ITEM.format("'A-1'", "aktarildi", "NULL") + "UPDATE transfer SET direction = 'disari';"
        "UPDATE transfer_item SET invoice_id = (SELECT id FROM invoice WHERE number = 'A-2')",
        "1. aktarım, 1. belge: dışarı aktarılan belgenin numarası A-1 değil",
    ),
    (
        "gunluk-eksigi",
        _ITEM.format("'A-1'", "aktarildi", "NULL")
        + "UPDATE transfer SET direction = 'disari', status = 'tamam';"
        "UPDATE transfer_item SET position = 2",
        f"1. aktarım: günlükten 1 belgenin satırı silinmiş; {RESTORE}",
    ),
    *(
        ("gunluk-eksigi", _ITEM.format("'A-1'", "aktarildi", "zeroblob(16)")
         + "UPDATE transfer SET documents = 1, saved = 1, failed = 0, skipped = 0;" + change,
         f"1. aktarım: {said}; {RESTORE}")
        for change, said in (
            ("DELETE FROM transfer_item", "günlükten 1 belgenin satırı silinmiş"),
            ("UPDATE transfer SET documents = 0", "günlükte 1 belge fazla"),
            ("UPDATE transfer_item SET status = 'atlandi'",
             "belgelerinin sonuçları değiştirilmiş"),
        )
    ),
    (
        "silinen-belgeler",
        _ITEM.format("'A-1'", "aktarildi", "NULL") + _UNDONE,
        f"A-1: Silinen Belgeler'deki kaydı değişmiş; {RESTORE}",
    ),
    (
        "aktarim-zamani",
        _RUN + "UPDATE transfer SET started_at = '2024-02-30 09:30:00'",
        f"1. aktarım: böyle bir an yok (başlangıç 2024-02-30 09:30:00, bitiş {_NOW})",
    ),
    (
        "aktarim-zamani",
        _RUN + "UPDATE transfer SET started_at = 'dün', finished_at = NULL, status = 'suruyor'",
        "1. aktarım: böyle bir an yok (başlangıç dün)",
    ),
    (
        "aktarim-sonu",
        _RUN + "UPDATE transfer SET finished_at = NULL",
        "1. aktarım: durumu tamam, bitişi yok",
    ),
    (
        "aktarim-zamani",
        _ITEM.format("'A-1'", "aktarildi", "NULL") + _UNDONE + "UPDATE undo SET undone_at = 'dün'",
        f"1. aktarım: böyle bir an yok (geri alma dün, geri getirme {_NOW})",
    ),
    (
        "aktarim-zamani",
        _ITEM.format("'A-1'", "aktarildi", "NULL") + _UNDONE
        + "UPDATE undo SET restored_at = '2024-02-30 09:30:00'",
        f"1. aktarım: böyle bir an yok (geri alma {_NOW}, geri getirme 2024-02-30 09:30:00)",
    ),
    *(
        ("aktarim-toplami", _RUN + f"UPDATE transfer SET {column} = '{text}'",
         f"1. aktarım: {word} toplamı bir tutar değil ({text})")
        for column, word, text in (
            ("sales_total", "satış", "yüz"), ("purchase_total", "alış", "1e3"),
            ("sales_total", "satış", "100"), ("sales_total", "satış", ""),
        )
    ),
    *(
        ("saglama", f"UPDATE {change}",
         "A-2: kaydedildikten sonra değişmiş; yedekten dönün: toplu-fatura geri-yukle YEDEK")
        for change in (
            "invoice SET grand_total = '100.1' WHERE id = 2",
            "invoice SET entered_on = '2024-04-02' WHERE id = 2",
            "invoice SET series = 'A' WHERE id = 2",
            "line SET unit = 3 WHERE invoice_id = 2",
            "line SET quantity = '2.0' WHERE invoice_id = 2",
            "line SET invoice_id = 9 WHERE invoice_id = 2",
        )
    ),
    (
        "saglama",
        "UPDATE invoice SET checksum = NULL WHERE id = 2",
        "A-2: sağlama toplamı yok; yedekten dönün: toplu-fatura geri-yukle YEDEK",
    ),
    (
        "saglama",
        "UPDATE line SET extra = CAST(X'FF' AS TEXT) WHERE invoice_id = 2",
        "A-2: okunamıyor; yedekten dönün: toplu-fatura geri-yukle YEDEK",
    ),
]  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "defter.db"
    open_database(str(path))
    enter(document("A-1"), document("A-2"), purchase("A-1", "320-001"), document("SON"))
    with writing():
        settings.set_company("Şen Gıda")
        settings.name_currency(1, "USD")
    yield path
    close_database()


def test_a_setting_that_is_not_utf8_costs_its_letters_only(ledger: Path) -> None:
    vandalise(
        ledger,
        "UPDATE setting SET text = CAST(X'4BC5' AS TEXT);"
        "UPDATE currency SET name = CAST(X'55C5' AS TEXT)",
    )
    open_database(str(ledger))
    with reading():
        assert settings.read() == ("K\ufffd", {1: "U\ufffd"})


def test_there_is_a_break_for_each_check() -> None:
    assert [check.name for check in checks.CHECKS] == list(dict.fromkeys(n for n, *_ in BREAKS))


def test_good_books_pass(ledger: Path) -> None:
    assert failures(ledger) == []


@pytest.mark.parametrize(("name", "sql", "said"), BREAKS)
def test_a_broken_invariant_is_found_by_its_check(
    ledger: Path, name: str, sql: str, said: str
) -> None:
    vandalise(ledger, sql)
    found = failures(ledger)
    said = said.replace(RESTORE, database.restore_advice).replace("{path}", str(ledger))
    if name in BY_BACKUP:
        said = f"{said}; {database.restore_advice}"
    assert (name, said) in found


_COLUMNS = [
    (table._meta, field)  # type: ignore[attr-defined]
    for table in TABLES
    for field in table._meta.sorted_fields  # type: ignore[attr-defined]
]
_TEXTS = [
    (table.table_name, field.column_name)
    for table, field in _COLUMNS
    if field.column_name.endswith("_code") or field.field_type == "TEXT"
]
_NEEDED = [
    (table.table_name, field.column_name)
    for table, field in _COLUMNS
    if not (field.null or any(field is key for key in table.get_primary_keys()))
]
"""The columns that are NOT NULL and no part of a key; `in` would compare with peewee's `==`."""


@pytest.mark.parametrize(("table", "column"), _TEXTS)
def test_text_that_is_not_utf8_is_told_wherever_it_stands(
    ledger: Path, table: str, column: str
) -> None:
    """Whatever other checks stumble over it, denetle goes on to the end."""
    vandalise(
        ledger,
        _ITEM.format("'A-1'", "aktarildi", "zeroblob(16)")
        + _UNDONE
        + "PRAGMA ignore_check_constraints = ON;"
        f"UPDATE {table} SET"
        f""" "{column}" = CAST(X'C5' || coalesce("{column}", hex(randomblob(4))) AS TEXT)""",
    )
    found = failures(ledger)
    if table in ("setting", "currency"):  # the user writes them again
        (said,) = (said for name, said in found if name == "ayarlar")
        assert " (\ufffd" in said
        return
    told = [said for name, said in found if name == "metinler"]
    assert len(told) >= 1
    assert all(f": {column} UTF-8 değil (\ufffd" in said for said in told)


@pytest.mark.parametrize(("table", "column"), _NEEDED)
def test_a_value_that_a_damaged_page_lost_stops_no_check(
    ledger: Path, table: str, column: str
) -> None:
    """SQLite itself tells of it; every other check gets past it."""
    vandalise(
        ledger,
        _ITEM.format("'A-1'", "aktarildi", "zeroblob(16)")
        + _UNDONE
        + "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;"
        " CREATE TABLE definition AS SELECT sql AS old FROM sqlite_schema"
        f" WHERE name = '{table}'; PRAGMA writable_schema = ON;"
        f" UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE name = '{table}';"
        f' PRAGMA writable_schema = RESET; UPDATE {table} SET "{column}" = NULL;'
        " PRAGMA writable_schema = ON;"
        f" UPDATE sqlite_schema SET sql = (SELECT old FROM definition) WHERE name = '{table}';"
        " PRAGMA writable_schema = RESET; DROP TABLE definition;",
    )
    told = dict.fromkeys(said for name, said in failures(ledger) if name == "butunluk")
    restore = database.restore_advice
    assert f"SQLite: {table} tablosunda {column} boş kalmış; {restore}" in told


def test_each_trigger_is_told(ledger: Path) -> None:
    vandalise(
        ledger,
        "CREATE TRIGGER bir AFTER DELETE ON line BEGIN SELECT 1; END;"
        "CREATE TRIGGER iki AFTER DELETE ON series BEGIN SELECT 1; END",
    )
    assert [name for name, _ in failures(ledger)] == ["sema", "sema"]


def test_each_document_that_changed_is_told(ledger: Path) -> None:
    """One that cannot be read hides none of those behind it."""
    vandalise(
        ledger,
        "UPDATE invoice SET kind = 1 WHERE id IN (1, 4);"
        "UPDATE invoice SET project = CAST(X'FF' AS TEXT) WHERE id = 2",
    )
    told = [said.partition(";")[0] for name, said in failures(ledger) if name == "saglama"]
    assert told == [
        "A-1: kaydedildikten sonra değişmiş",
        "A-2: okunamıyor",
        "SON: kaydedildikten sonra değişmiş",
    ]


def test_what_does_no_harm_is_let_be(ledger: Path) -> None:
    """The statistics of SQLite itself."""
    vandalise(ledger, "ANALYZE")
    assert failures(ledger) == []


def test_a_check_that_cannot_look_says_so_and_the_next_one_goes_on(ledger: Path) -> None:
    vandalise(ledger, "PRAGMA foreign_keys = OFF; DROP TABLE line; DELETE FROM series")
    found: dict[str, str] = {}
    for name, said in failures(ledger):
        found.setdefault(name, said)
    assert found["kalemler"].startswith("denetlenemedi (")
    assert found["kalemler"].endswith(f"{RESTORE} --veritabani {ledger}")
    assert found["sayaclar"].startswith("Satış A- serisinin sayacı 0, en büyük numara 2; yedekten")


def test_what_is_wrong_with_the_file_itself_is_one_line(ledger: Path) -> None:
    close_database()
    with ledger.open("r+b") as file:
        file.seek(36)  # how many pages are free
        file.write(b"\0\0\0\5")
    assert failures(ledger) == [
        (
            "butunluk",
            "SQLite: dosyanın sayfaları bozuk (*** in database main *** Freelist: size is 0 but"
            f" should be 5); {database.restore_advice}",
        )
    ]


def test_an_amount_is_looked_at_as_closely_as_it_is_spelled() -> None:
    """Every short text of these letters is an amount where it is canonical, and only there."""
    connection = sqlite3.connect(":memory:")
    for letters in (
        some for size in range(1, 6) for some in itertools.product("01-.x", repeat=size)
    ):
        text = "".join(letters)
        assert _is_odd(connection, text) != _is_canonical(text), text


def test_an_amount_has_no_more_digits_than_a_file_may_have() -> None:
    connection = sqlite3.connect(":memory:")
    for whole, fraction in itertools.product((1, 15, 16), (1, 8, 9)):
        for sign in ("", "-"):
            text = f"{sign}{'7' * whole}.{'7' * fraction}"
            assert _is_odd(connection, text) == (whole > 15 or fraction > 8), text


def _is_odd(connection: sqlite3.Connection, text: str) -> bool:
    (odd,) = connection.execute(f"SELECT {not_canonical('?1', 8)}", (text,)).fetchone()
    return bool(odd)


def _is_canonical(text: str) -> bool:
    number = re.fullmatch(r"-?[0-9]+\.[0-9]+", text)
    return bool(number) and amounts.spell(amounts.canonical(Decimal(text))) == text


@pytest.mark.both_engines
@pytest.mark.usefixtures("books")
def test_what_the_schema_should_be_is_derived_once_a_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """peewee takes four times as long for it as all checks of a small database together."""
    with reading():
        assert checks.failures() == []
        monkeypatch.delattr(migrations, "definition")
        assert checks.failures() == []


def test_every_row_that_breaks_an_invariant_is_told(ledger: Path) -> None:
    """Twenty of a kind by name, and how many more there are."""
    enter(*(document(f"B-{n}") for n in range(1, 31)))
    vandalise(ledger, "DELETE FROM line WHERE invoice_id > 4")
    told = [said.partition(";")[0] for name, said in failures(ledger) if name == "kalemler"]
    assert told == [
        *(f"B-{n}: 1 kalem yazılı, 0 kalem var" for n in range(1, 21)), "ve 10 bulgu daha",
    ]  # fmt: skip


def test_a_rule_of_a_column_is_told_in_turkish(ledger: Path) -> None:
    vandalise(ledger, "PRAGMA ignore_check_constraints = ON; UPDATE invoice SET kind = 77")
    told = [said for name, said in failures(ledger) if name == "butunluk"]
    assert told[0].startswith("SQLite: invoice tablosunda kurala uymayan bir değer var; ")


def test_the_advice_names_the_database_so_that_no_other_one_is_replaced(ledger: Path) -> None:
    vandalise(ledger, "DROP TABLE stock_item")
    (told,) = (said for _, said in failures(ledger) if said.startswith("stock_item: tablo yok"))
    assert told.endswith(f"{RESTORE} --veritabani {ledger}")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("non-unique entry in index invoice_date", "invoice_date dizininde aynı değer iki kez"),
        ("row 7 missing from index account_key", "account_key dizininde bir kayıt eksik"),
        ("wrong # of entries in index account_key", "account_key dizininin kayıt sayısı yanlış"),
        ("non-INTEGER value in line.unit", "line tablosunda unit INTEGER türünde değil"),
    ],
)
def test_what_sqlite_says_of_rows_and_indexes_is_turkish(answer: str, said: str) -> None:
    found = integrity(lambda _: sqlite3.connect(":memory:").execute("SELECT ?", (answer,)))
    assert [one.said for one in found] == [f"SQLite: {said}"]
