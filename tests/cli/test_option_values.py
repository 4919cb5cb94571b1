"""What an option is given: values that look like options, and words in any Turkish spelling."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from app.cli.arguments import filter_of, parse
from app.domain.filters import FIELDS, InvoiceFilter
from app.domain.invoice import DocumentType, InvoiceKind
from app.errors import UsageError
from tests.cli.commandline import Desk

FILTERS = [field.option for field in FIELDS]
IMPORT = ("iceri-aktar", "x.json")
OF_COMMAND = [
    *((command, option) for command in (("listele",), ("disari-aktar", "x.json"))
      for option in FILTERS),
    *((("goster", "B-1"), option) for option in ("--tip", "--cari")),
    (IMPORT, "--seri"),
    *(((*IMPORT, "--kaynak-no"), option) for option in ("--kodlama", "--hatada")),
    *((("ornek-veri",), option) for option in ("--fatura", "--tohum")),
    *((command, "--veritabani") for command in (
        (), ("iceri", "/"), ("disari-aktar", "x.json"), (*IMPORT, "--kaynak-no"), ("listele",),
        ("goster", "B-1"), ("ornek-veri",), ("denetle",), ("yedekle", "x"), ("geri-yukle", "x"),
    )),
]  # fmt: skip


@pytest.mark.parametrize(("command", "option"), OF_COMMAND)
def test_two_dashes_behind_an_equals_sign_are_a_value(
    command: tuple[str, ...], option: str
) -> None:
    if option in ("--tip", "--tur", "--aktarilan", "--dosyadan", "--kodlama"):
        _refused([*command, f"{option}=--"], f"{option}: -- olamaz (")
    elif option in ("--fatura", "--tohum"):
        _refused([*command, f"{option}=--"], f"{option}: -- tam sayı değil;")
    else:
        options = parse([*command, f"{option}=--"])
        assert vars(options)[option.removeprefix("--").replace("-", "_")] == "--"


def _refused(arguments: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(arguments)
    assert refused.value.sentence.startswith(sentence)


@pytest.mark.parametrize("option", FILTERS)
def test_every_filter_answers_to_two_dashes(shop: Desk, option: str) -> None:
    said = shop.ask("listele", f"{option}=--")
    refused = said.err and "böyle bir cari yok" not in said.err  # a code may be so
    assert said.status == (2 if refused else 0)
    assert said.out == ""


def test_two_dashes_are_no_other_database_than_the_one_that_is_named(shop: Desk) -> None:
    said = shop.run("listele", "--veritabani=--")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("Veritabanı yok: --;")
    assert not (shop.folder / ".local").exists()


def _filter(*arguments: str) -> InvoiceFilter:
    return filter_of(parse(["listele", *arguments]))


def test_a_value_may_begin_with_a_minus() -> None:
    for text in ("-30..b", "-30 .. b", "-30..-0"):
        month = _filter("--tarih", text)
        assert month == _filter(f"--tarih={text}")
        assert month.date_from
        assert month.date_to
        assert month.date_to - month.date_from == timedelta(days=30)
    assert _filter("--kayit-tarihi", "-7..").entered_from
    assert _filter("--tutar", "-5,5..-1") == InvoiceFilter(
        amount_from=Decimal("-5.5"), amount_to=Decimal(-1)
    )
    assert _filter("--sube", "-1", "--cari", "-X", "--aciklama", "-") == InvoiceFilter(
        branch=-1, account_code="-X", note="-"
    )
    assert _filter("--aciklama=--acil--", "--cari=--json") == InvoiceFilter(
        note="--acil--", account_code="--json"
    )


@pytest.mark.parametrize("next_word", ["--json", "--tip=satis", "--veritabani", "--", "--acil"])
def test_an_option_that_was_given_nothing_does_not_swallow_the_next_one(next_word: str) -> None:
    _refused(["listele", "--cari", next_word], "--cari bir değer ister;")


@pytest.mark.parametrize("word", ["satis", "satış", "SATIŞ", "Satış", "SATIS", "satiş"])
def test_a_word_is_understood_however_it_is_typed(word: str) -> None:
    assert _filter("--tip", word) == InvoiceFilter(document_type=DocumentType.SALES)
    assert parse(["goster", "B-1", "--tip", word]).tip == "satis"


def test_each_choice_is_understood_in_turkish_letters() -> None:
    for word, kind in (("KAPALI", "CLOSED"), ("açık", "OPEN"), ("yurt-içi", "DOMESTIC"),
                       ("YURT-DIŞI", "FOREIGN"), ("Boş", "EMPTY")):  # fmt: skip
        assert _filter("--tur", word) == InvoiceFilter(kind=InvoiceKind[kind]), word
    assert _filter("--aktarilan", "hayır", "--dosyadan", "EVET") == InvoiceFilter(
        exported=False, imported=True
    )
    assert parse([*IMPORT, "--kaynak-no", "--kodlama", "CP1254"]).kodlama == "cp1254"
    assert parse(["Göster", "B-1"]).komut == "goster"
    assert parse(["içeri-aktar", "x.json", "--kaynak-no"]).komut == "iceri-aktar"


@pytest.mark.parametrize("rate", ["99999", "-1", "%101"])
def test_a_rate_that_no_vat_has_is_refused(rate: str) -> None:
    """It matched nothing, without a word."""
    options = parse(["listele", f"--kdv-orani={rate}"])
    with pytest.raises(UsageError) as refused:
        filter_of(options)
    assert refused.value.sentence == f"--kdv-orani: {rate}: KDV oranı 0 ile 100 arasında olur"


def test_a_year_is_all_its_days_and_one_that_may_be_a_day_is_refused() -> None:
    wanted = filter_of(parse(["listele", "--tarih", "2023..2024"]))
    assert (str(wanted.date_from), str(wanted.date_to)) == ("2023-01-01", "2024-12-31")
    with pytest.raises(UsageError) as refused:
        filter_of(parse(["listele", "--tarih", "2012"]))
    assert refused.value.sentence == (
        "--tarih: 2012: yıl mı gün mü belli değil; yıl için 2012-01..2012-12, gün için 20.12 yazın"
    )
