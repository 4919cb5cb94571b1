"""The command line taken apart: every misuse has its Turkish sentence."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from app.cli.arguments import COMMANDS, COMMON, filter_of, parse
from app.cli.command_line import Flag, take_apart
from app.cli.usage import USAGE
from app.domain.filters import FIELD_OF, FIELDS, InvoiceFilter
from app.domain.invoice import DocumentType, InvoiceKind
from app.errors import UsageError
from app.store.filter_sql import CONDITIONS

IMPORT = ["iceri-aktar", "x.json"]
NOT_UTF8 = "komut satırı UTF-8 değil; terminali UTF-8'e ayarlayın ya da LC_ALL=C.UTF-8 verin"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["yok"], "bilinmeyen komut: yok"),
        (["listele", "--renk"], "bilinmeyen seçenek: --renk"),
        (["--renk"], "bilinmeyen seçenek: --renk"),
        (["listele", "A2"], "fazladan sözcük: A2; listele yalnız seçenek alır"),
        (["denetle", "--", "--json"], "fazladan sözcük: --json; denetle yalnız seçenek alır"),
        (["disari-aktar", "Mart", "2024.json"],
         "fazladan sözcük: 2024.json; disari-aktar yalnız HEDEF alır, "
         "boşluklu adı tırnak içine alın"),
        (["tasi", "a", "b", "c"],
         "fazladan sözcük: c; tasi yalnız KAYNAK ve HEDEF alır, boşluklu adı tırnak içine alın"),
        (["listele", "--js"], "bilinmeyen seçenek: --js"),
        (["disari-aktar"], "eksik: HEDEF"),
        (["iceri-aktar", "--kaynak-no"], "eksik: DOSYA"),
        (["goster"], "eksik: BELGE_NO"),
        (IMPORT, "şunlardan biri gerekli: --kaynak-no ya da --seri"),
        ([*IMPORT, "--kaynak-no", "--seri", "A"], "--seri ile --kaynak-no birlikte verilemez"),
        ([*IMPORT, "--seri"], "--seri bir değer ister"),
        (["listele", "--veritabani"], "--veritabani bir değer ister"),
        ([*IMPORT, "--kaynak-no", "--kodlama", "latin5"],
         "--kodlama: latin5 olamaz (kendiliginden, utf-8, cp1254)"),
        (["listele", "--tip", "irsaliye"], "--tip: irsaliye olamaz (satis, alis)"),
        (["listele", "--json=1"], "--json değer almaz (1)"),
        (["ornek-veri", "--fatura", "beş"], "--fatura: beş tam sayı değil"),
        (["ornek-veri", "--tohum", "1.5"], "--tohum: 1.5 tam sayı değil"),
        (["denetle", "--json"], "denetle --json seçeneğini almaz; alan komut: "
         "disari-aktar, iceri-aktar, listele ve 12 komut daha"),
        (["listele", "--hatada", "3"],
         "listele --hatada seçeneğini almaz; alan komut: iceri-aktar"),
        (["--hatada=3", "listele"], "--hatada komuttan sonra yazılır; alan komut: iceri-aktar"),
        (["listele", f"--{'x' * 999}"], f"bilinmeyen seçenek: --{'x' * 57}…"),
        (["listele", "--tip", "x" * 999], f"--tip: {'x' * 59}… olamaz (satis, alis)"),
        (["ornek-veri", "--fatura", "x" * 999], f"--fatura: {'x' * 59}… tam sayı değil"),
        (["listele", f"--json={'x' * 999}"], f"--json değer almaz ({'x' * 59}…)"),
        (["x" * 999], f"bilinmeyen komut: {'x' * 59}…"),
        (["--ornek", "listele"],
         "--ornek yalnız ekranlar içindir; alt komutla birlikte verilemez"),
        (["--ornek", "--veritabani", "x.db"],
         "--ornek kendi veritabanını açar; --veritabani ile birlikte verilemez"),
        (["ye\x1b[31m\nni"], "bilinmeyen komut: ye\ufffd[31m ni"),
        (["goster", "\udcff"], NOT_UTF8),
        (["listele", "--cari", "120\udcfe"], NOT_UTF8),
        (["ornek-veri", "--fatura", "٣"], "--fatura: ٣ tam sayı değil"),
        (["ornek-veri", "--fatura", "0"], "--fatura en az 1 olmalı"),
        (["ornek-veri", "--fatura", "2147483648"], "--fatura en çok 2147483647 olabilir"),
        (["ornek-veri", "--tohum", "9" * 5000], f"--tohum en çok {2**63 - 1} olabilir"),
        (["ornek-veri", "--tohum", "-" + "9" * 5000], f"--tohum en az {1 - 2**63} olmalı"),
        (["ornek-veri", "--fatura", "-1"], "--fatura en az 1 olmalı"),
        (["--surum", "listele"], "--surum tek başına verilir"),
        (["ornek-veri", "--fatura="], "--fatura boş"),
        (["listele", "--tip="], "--tip boş"),
        (["goster", "A", "--tip", " "], "--tip boş"),
        (["listele", "--tur="], "--tur boş"),
        (["kart-aktar", "", "x.json"], "YON boş"),
        (["tamamlama", ""], "KABUK boş"),
        ([""], "komut boş"),
        (["yedekle", "postgresql://sunucu/veri"],
         "HEDEF bir sunucu adresi olamaz, dosya adı verin; sunucuya kopyalayan komut: tasi"),
        (["yedekle", "-"], "HEDEF - olamaz, dosya adı verin; adı - olan dosya için: ./-"),
        (["geri-yukle", "-"], "DOSYA - olamaz, dosya adı verin; adı - olan dosya için: ./-"),
        (["geri-yukle", "POSTGRES://s/v"], "DOSYA bir sunucu adresi olamaz, dosya adı verin"),
        (["disari-aktar", "postgresql://s/v"], "HEDEF bir sunucu adresi olamaz, dosya adı verin"),
        (["listele", "--yaz", "postgresql://s/v.csv"],
         "--yaz bir sunucu adresi olamaz, dosya adı verin"),
        (["goster", ""], "BELGE_NO boş"),
        (["disari-aktar", ""], "HEDEF boş"),
        (["iceri-aktar", " ", "--kaynak-no"], "DOSYA boş"),
        (["iceri"], "eksik: DOSYA"),
        (["iceri", ""], "DOSYA boş"),
        (["iceri", "yok/x.json"], "yok: böyle bir klasör yok"),
        (["iceri", "\x1b.json"], "DOSYA adında gösterilemeyen karakter var"),
        (["iceri", "\udcff.json"], "DOSYA adında gösterilemeyen karakter var"),
        (["iceri", "/", "--json"], "iceri --json seçeneğini almaz; alan komut: "
         "disari-aktar, iceri-aktar, listele ve 12 komut daha"),
        (["iceri", "/", "--ornek", "--veritabani", "x.db"],
         "--ornek kendi veritabanını açar; --veritabani ile birlikte verilemez"),
        (["listele", "--cari", ""], "--cari boş"),
        (["goster", "A", "--cari", " "], "--cari boş"),
        (["listele", "--veritabani", ""], "--veritabani boş"),
        (["listele", "--proje", ""], "--proje boş"),
        (["listele", "--aciklama", " "], "--aciklama boş"),
        (["listele", "--aktarilan", "belki"], "--aktarilan: belki olamaz (evet, hayir)"),
    ],
)  # fmt: skip
def test_misuse_has_a_sentence(arguments: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(arguments)
    assert refused.value.sentence.removesuffix("; kullanım için: --help") == sentence


def test_misuse_tells_where_help_is() -> None:
    with pytest.raises(UsageError, match=r"^bilinmeyen komut: yok; kullanım için: --help$"):
        parse(["yok"])


@pytest.mark.parametrize("name", COMMANDS)
def test_an_option_that_takes_one_value_stands_once(name: str) -> None:
    for option in (*COMMON, *COMMANDS[name].options):
        if isinstance(option, Flag):
            continue
        value = next(iter(option.choices), "1")
        twice = [option.name, value, f"{option.name}={value}"]
        for arguments in ([name, *twice], [*twice[:2], name, twice[2]]):
            if option in COMMON or arguments[0] == name:
                with pytest.raises(UsageError, match=rf"^{option.name} iki kez verildi; bir kez"):
                    take_apart(arguments, COMMON, COMMANDS)


def test_a_very_long_argument_makes_a_short_sentence() -> None:
    with pytest.raises(UsageError) as refused:
        parse(["listele", "--" + "u" * 5000])
    assert len(refused.value.sentence) <= 200


@pytest.mark.parametrize("place", [0, 1, 4])
def test_the_database_may_stand_anywhere(place: int) -> None:
    arguments = ["listele", "--tip", "satis", "--json"]
    arguments[place:place] = ["--veritabani", "x.db"]
    assert parse(arguments).veritabani == "x.db"
    assert parse(["listele", "--veritabani=y.db"]).veritabani == "y.db"


def test_names_on_disk_need_not_be_text() -> None:
    assert parse(["disari-aktar", "eski-\udcfe.json"]).hedef == "eski-\udcfe.json"
    assert parse(["iceri-aktar", "eski-\udcfe.json", "--seri", "A"]).dosya == "eski-\udcfe.json"


def _filter(*arguments: str) -> InvoiceFilter:
    return filter_of(parse(["listele", *arguments]))


def test_filters() -> None:
    assert _filter() == InvoiceFilter()
    assert _filter("--tip", "alis", "--cari", "320-1") == InvoiceFilter(
        document_type=DocumentType.PURCHASE, account_code="320-1"
    )
    march = InvoiceFilter(date_from=date(2024, 3, 1), date_to=date(2024, 3, 31))
    assert _filter("--tarih", "2024-03-01..2024-03-31") == march
    assert _filter("--tarih", "01.03.2024..31.03.2024") == march
    assert _filter("--tarih", " 01032024 .. 31/3/24 ") == march
    assert _filter("--tarih", "2024-03-01..") == InvoiceFilter(date_from=date(2024, 3, 1))
    assert _filter("--tarih", "..2024-03-31") == InvoiceFilter(date_to=date(2024, 3, 31))
    one = InvoiceFilter(date_from=date(2024, 3, 1), date_to=date(2024, 3, 1))
    assert _filter("--tarih", "2024-03-01") == one
    year = date.today().year
    this_year = InvoiceFilter(date_from=date(year, 1, 1), date_to=date(year, 12, 31))
    assert _filter("--tarih", "bu-yıl") == _filter("--tarih", f"{year}-01..{year}-12") == this_year
    assert _filter("--tarih", "2024-03") == _filter("--tarih", "2024-03-01..2024-03") == march
    entered = InvoiceFilter(entered_from=march.date_from, entered_to=march.date_to)
    assert _filter("--kayit-tarihi", "2024-03") == entered
    assert _filter("--fatura-no", "A-1") == InvoiceFilter(number_from="A-1", number_to="A-1")
    assert _filter("--fatura-no", "A-1..A-9") == InvoiceFilter(number_from="A-1", number_to="A-9")
    assert _filter("--fatura-no", "A-1 .. A-9") == InvoiceFilter(number_from="A-1", number_to="A-9")


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--tur", "zayi-iade"], {"kind": InvoiceKind.WASTE_RETURN}),
        (["--tur", "yurt-ici"], {"kind": InvoiceKind.DOMESTIC}),
        (["--sube", "-1"], {"branch": -1}),
        (["--sube", "0"], {"branch": 0}),
        (["--doviz", "TL"], {"currency": 0}),
        (["--doviz", "2"], {"currency": 2}),
        (["--tutar", "1000..2.500,50"],
         {"amount_from": Decimal(1000), "amount_to": Decimal("2500.5")}),
        (["--tutar=-5,5.."], {"amount_from": Decimal("-5.5")}),
        (["--tutar", "..0"], {"amount_to": Decimal(0)}),
        (["--seri", "RDM"], {"series": "RDM"}),
        (["--proje", "PRJ-1", "--plasiyer", "P1"], {"project": "PRJ-1", "salesman": "P1"}),
        (["--kdv-orani", "%20"], {"vat_rate": Decimal(20)}),
        (["--kdv-orani", "0"], {"vat_rate": Decimal(0)}),
        (["--aciklama", "Mart sevkiyatı"], {"note": "Mart sevkiyatı"}),
        (["--kayit-tarihi", "01.03.2024..2024-03-31"],
         {"entered_from": date(2024, 3, 1), "entered_to": date(2024, 3, 31)}),
        (["--aktarilan", "hayir"], {"exported": False}),
        (["--aktarilan", "evet", "--dosyadan", "hayir"], {"exported": True, "imported": False}),
    ],
)  # fmt: skip
def test_ileri_kisit(arguments: list[str], wanted: dict[str, object]) -> None:
    assert _filter(*arguments) == InvoiceFilter(**wanted)  # type: ignore[arg-type]
    assert filter_of(parse(["disari-aktar", "x.json", *arguments])) == _filter(*arguments)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--tarih", ".."], "--tarih: boş aralık"),
        (["--tarih", " "], "--tarih: boş aralık"),
        (["--tarih", "dün"], "--tarih: dün: tarih anlaşılmadı"),
        (["--tarih", "31.02.2024"], "--tarih: 31.02.2024: böyle bir gün yok"),
        (["--tarih", "2024-04-01..2024-03-01"], "son tarih ilk tarihten önce"),
        (["--fatura-no", "B-2..B-1"], "Fatura No: son numara ilk numaradan küçük"),
        (["--fatura-no", "B..A"], "Fatura No: aralığın uçları rakamla bitmeli"),
        (["--fatura-no", "9" * 5000], "Fatura No çok uzun; en çok 15 karakter olabilir"),
        (["--fatura-no", f"1..{'9' * 5000}"], "Fatura No çok uzun; en çok 15 karakter olabilir"),
        (["--cari", "*034"], "Cari Kodu: * yalnız sonda olabilir"),
        (["--tarih", "2024-13"], "--tarih: 2024-13: böyle bir gün yok"),
        (["--fatura-no", ""], "--fatura-no: boş aralık"),
        (["--sube", "merkez"], "--sube: merkez: tam sayı değil"),
        (["--sube", "2147483648"], "--sube: 2147483648: -32768 ile 32767 arasında olmalı"),
        (["--sube", "9" * 5000], "-32768 ile 32767 arasında olmalı"),
        (["--doviz", "2147483648"], "--doviz: 2147483648: -32768 ile 32767 arasında olmalı"),
        (["--tarih", "3024-01-01"], "--tarih: 3024-01-01: yıl 1900 ile 2100 arasında olmalı"),
        (["--tarih", "1.1.3024"], "--tarih: 1.1.3024: yıl 1900 ile 2100 arasında olmalı"),
        (["--tarih", "1.1.0001.."], "--tarih: 1.1.0001: yıl 1900 ile 2100 arasında olmalı"),
        (["--tarih", "-99999..b"], "--tarih: -99999: yıl 1900 ile 2100 arasında olmalı"),
        (["--tarih", "+999999999"], "--tarih: +999999999: yıl 1900 ile 2100 arasında olmalı"),
        (["--sube", "99999"], "--sube: 99999: -32768 ile 32767 arasında olmalı"),
        (["--doviz", ""], "--doviz boş"),
        (["--tutar", "1.000.."], "--tutar: 1.000: belirsiz bir sayı (binlik mi, ondalık mı?)"),
        (["--tutar", "10..5"], "Tutar: en çok, en azdan küçük"),
        (["--kdv-orani", "yirmi"], "--kdv-orani: yirmi: sayı değil"),
        (["--kayit-tarihi", "dün"], "--kayit-tarihi: dün: tarih anlaşılmadı"),
        (["--kayit-tarihi", "2.3.2024..1.3.2024"], "Kayıt Tarihi: son tarih ilk tarihten önce"),
    ],
)  # fmt: skip
def test_filters_that_make_no_sense(arguments: list[str], reason: str) -> None:
    with pytest.raises(UsageError, match=re.escape(reason)):
        _filter(*arguments)


@pytest.mark.parametrize("arguments", [["--ornek", "iceri", "/"], ["iceri", "/", "--ornek"]])
def test_a_file_may_be_given_to_the_screens_of_the_demo_too(arguments: list[str]) -> None:
    options = parse(arguments)
    assert (options.komut, options.dosya, options.ornek) == ("iceri", "/", True)
    assert not parse(["iceri", "/"]).ornek


def test_help_lists_the_filters_as_they_are_declared():
    """The usage text is plain text, so that --help loads no package; this holds it to the table."""
    block = USAGE.partition("KISITLAR:\n")[2].partition("\n\nOrtak:")[0]
    assert block == "\n".join(f"  {field.option} {field.usage}" for field in FIELDS)


def test_each_member_of_a_filter_has_a_field_and_a_condition():
    assert set(FIELD_OF) == set(InvoiceFilter.__struct_fields__)
    assert set(CONDITIONS) == {field.name for field in FIELDS} - {"document_type"}
