"""Whose books they are, and what its currency codes mean: said by commands, kept in the books."""

from __future__ import annotations

import pytest

from tests.cli.commandline import Desk


def test_the_company_has_a_name_that_stays(shop: Desk) -> None:
    assert "Şirket adı verilmemiş" in shop.ask("sirket").out
    assert shop.ask("sirket", "  Yücel   Ticaret A.Ş. ").out == "Yücel Ticaret A.Ş.\n"
    assert shop.ask("sirket", "Şen Gıda").status == 0
    assert shop.ask("sirket", "--json").records == [{"sirket": "Şen Gıda"}]
    assert shop.ask("denetle").out == ""


def test_currency_codes_have_names(shop: Desk) -> None:
    assert "ad verilmemiş" in shop.ask("doviz").out
    shop.ask("doviz", "2", "EUR")
    assert shop.ask("doviz", "1", "ABD Doları").out == "1 = ABD Doları\n2 = EUR\n"
    assert shop.ask("doviz", "1", "USD", "--json").records == [
        {"kod": 1, "ad": "USD"}, {"kod": 2, "ad": "EUR"},
    ]  # fmt: skip


def test_a_currency_is_filtered_by_its_name_in_any_case(shop: Desk) -> None:
    shop.ask("doviz", "1", "ABD Doları")
    shop.ask("doviz", "2", "eur")
    assert shop.ask("ozet", "--doviz", "abd DOLARI").out == shop.ask("ozet", "--doviz", "1").out
    assert shop.ask("listele", "--doviz", "EUR").status == 0
    refused = shop.ask("disari-aktar", "x.json", "--doviz", "GBP")
    reason = "böyle bir döviz yok; bilinenler: TL, ABD Doları, eur; kod da yazılabilir"
    assert (refused.status, refused.err) == (2, f"--doviz: GBP: {reason}\n")


@pytest.mark.parametrize("name", ["EUR", "eur", " ＥＵＲ ", "EÜR"])
def test_two_currency_codes_never_have_one_name(shop: Desk, name: str) -> None:
    shop.ask("doviz", "1", "EUR")
    shop.ask("doviz", "1", "eur")
    said = shop.ask("doviz", "2", name)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(
        f"{name.strip()} zaten 1 kodunun adı; başka bir ad verin ya da önce onunkini değiştirin: "
        "toplu-fatura doviz 1 AD"
    )
    assert shop.ask("doviz").out == "1 = eur\n"
    shop.ask("doviz", "1", "USD")
    assert shop.ask("doviz", "2", "EUR").status == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["sirket", " "], "Şirket adı boş"),
        (["sirket", "a" * 61], "Şirket adı en çok 60 karakter olabilir"),
        (["sirket", "a\x1b[2Jb"], "gösterilemeyen karakter"),
        (["sirket", "a", "b"], "fazladan sözcük: b; sirket yalnız ADI alır"),
        (["doviz", "", "USD"], "Döviz kodu boş"),
        (["doviz", "2147483648", "USD"], "Döviz kodu 2147483648: -32768 ile 32767 arasında"),
        (["doviz", "1"], "Döviz adı eksik; örnek: toplu-fatura doviz 1 USD"),
        (["doviz", "dolar", "USD"], "Döviz kodu dolar: tam sayı değil"),
        (["doviz", "0", "TRY"], "0 TL'dir"),
        (["doviz", "1", "try"], "try bir dövizin adı olamaz; TL'nin kodu 0'dır"),
        (["doviz", "1", "ＴＬ"], "ＴＬ bir dövizin adı olamaz; TL'nin kodu 0'dır"),
        (["doviz", "1", "₺"], "₺ bir dövizin adı olamaz; TL'nin kodu 0'dır"),
        (["doviz", "1", "2"], "2 bir dövizin adı olamaz; kod gibi okunur"),
        (["doviz", "1", "Döviz 2"], "Döviz 2 bir dövizin adı olamaz; kod gibi okunur"),
        (["doviz", "1", "a" * 11], "Döviz adı en çok 10 karakter olabilir"),
    ],
)
def test_a_name_that_cannot_be_is_refused(shop: Desk, arguments: list[str], reason: str) -> None:
    said = shop.ask(*arguments)
    assert (said.status, said.out) == (2, "")
    assert reason in said.err
