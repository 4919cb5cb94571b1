"""İleri Kısıt as its user meets it: opened, filled, never forgotten, cleared."""

import json
from datetime import date
from decimal import Decimal

import pytest
from desk import desk
from test_typing_ahead import at_once

from app.domain.filters import InvoiceFilter
from app.domain.invoice import DocumentType, InvoiceKind
from app.store import queries
from app.store.database import reading

pytestmark = pytest.mark.usefixtures("office")

FIELDS = [
    "kind", "branch", "currency", "amount_from", "amount_to", "series", "project", "salesman",
    "vat_rate", "note", "entered_from", "entered_to", "exported", "imported",
]  # fmt: skip
DOCUMENTS_SHOWN = 14  # at 80×24, whatever else is said


def count(**wanted):
    with reading():
        return len(queries.find(InvoiceFilter(document_type=DocumentType.SALES, **wanted)))


def put(it, **values):
    """What the fields hold, as if it had been typed."""
    for field, text in values.items():
        it.app.screen.query_one(f"#{field}").value = text


def is_open(it):
    return "Dosyadan alınan" in it.text


@pytest.mark.parametrize("keys", [("f7",), ("ctrl+n",), ("down", "tab", "tab", "enter")])
async def test_it_opens_by_its_keys_and_by_its_button(keys):
    async with desk("cikis") as it:
        assert "[+] İleri Kısıt" in it.lines[2]
        await it.press(*keys)
        assert is_open(it)
        assert it.place == "kind"


async def test_enter_goes_through_the_fields_and_applies_at_the_last():
    async with desk("cikis") as it:
        await it.press("f7")
        places = []
        for _ in FIELDS:
            places.append(it.place)
            await it.press("enter")
        assert places == FIELDS
        assert not is_open(it)
        assert it.message == "İleri kısıt kapalı; F5 belgeleri getirir"
        await it.press("f7", "tab", "1")
        it.app.screen.query_one("#imported").focus()
        await it.press("enter")
        assert it.message == "İleri kısıt açık; F5 belgeleri getirir"
        assert it.lines[4] == "İleri Kısıt: Şube 1"
        assert it.place == "path"
        await it.press("f5")
        assert it.message == f"{count(branch=1)} belge listelendi"


NARROWING = [
    ({"series": "rdm"}, {"series": "RDM"}, "Seri rdm"),
    ({"currency": "tl"}, {"currency": 0}, "Döviz TL"),
    ({"currency": "usd"}, {"currency": 1}, "Döviz USD"),
    ({"amount_from": "1.000", "amount_to": "50000,5"},
     {"amount_from": Decimal(1000), "amount_to": Decimal("50000.5")}, "Tutar 1.000,00–50.000,50"),
    ({"vat_rate": "1"}, {"vat_rate": Decimal(1)}, "KDV %1"),
    ({"note": "SEVKIYAT"}, {"note": "sevkiyat"}, "Açıklama “SEVKIYAT”"),
    ({"entered_to": "b"}, {"entered_to": date(2026, 3, 15)}, "Kayıt Tarihi ≤ 15.03.2026"),
]  # fmt: skip


async def test_each_field_narrows_the_list():
    async with desk("cikis") as it:
        for typed, wanted, words in NARROWING:
            await it.press("f7", "f8")
            put(it, **typed)
            await it.press("f5")
            assert it.lines[4] == f"İleri Kısıt: {words}"
            found = count(**wanted)
            assert found < 100
            assert it.status.startswith(f"İleri kısıt açık · {found} belge")


async def test_tipi_and_what_was_exported_are_chosen_by_letter(office):
    async with desk("cikis") as it:
        await it.press("f7", "k", "f5")
        closed = count(kind=InvoiceKind.CLOSED)
        assert it.lines[4] == "İleri Kısıt: Tipi Kapalı"
        assert it.message == f"{closed} belge listelendi"
        await it.press("a", "f2")
        assert "İleri Kısıt: Tipi Kapalı" in it.text
        await it.press("e")
        assert it.message.startswith(f"Aktarım tamamlandı: {closed} belge")

        await it.press("f7", "f8")
        it.app.screen.query_one("#exported").focus()
        await it.press("h", "f5")
        assert it.lines[4] == "İleri Kısıt: dışarı aktarılmamış"
        assert it.message.startswith(f"{100 - closed} belge listelendi; önceki listenin {closed} ")
    (written,) = (office / "cikis").iterdir()
    assert {document["FatUst"]["TIPI"] for document in json.loads(written.read_text())} == {1}


async def test_it_is_said_wherever_it_matters_for_as_long_as_it_is_on():
    async with desk("cikis") as it:
        await it.press("f5")
        whole = it.status
        await it.press("f7", "tab", "9", "f5")
        assert it.lines[4] == "İleri Kısıt: Şube 9"
        assert it.status == "İleri kısıt açık · 0 belge"
        assert "Bu kısıtlara uyan belge yok (ileri kısıt açık)" in "\n".join(it.lines[7:20])
        assert it.message == (
            "Bu kısıtlara uyan belge yok (ileri kısıt açık); kısıtları değiştirip F5'e basın"
        )
        await it.press("f3", "f3")
        assert it.lines[4] == "İleri Kısıt: Şube 9"
        await it.press("f7", "f8", "f5")
        assert "İleri" not in it.text.replace("[+] İleri Kısıt", "")
        assert it.status == whole


async def test_the_list_tells_of_the_filter_that_made_it_not_of_the_next_one():
    async with desk("cikis") as it:
        await it.press("f5", "f7", "tab", "1")
        it.app.screen.query_one("#apply").focus()
        await it.press("enter")
        assert it.lines[4] == "İleri Kısıt: Şube 1"
        assert it.status.startswith("100 belge")
        await it.press("f5")
        assert it.status.startswith("İleri kısıt açık · 25 belge")


async def test_fourteen_documents_stay_in_view_behind_a_message_of_two_lines():
    async with desk("cikis") as it:
        await it.press("f7", "tab", "1", "f5")
        assert len(it.rows) == DOCUMENTS_SHOWN
        await it.press("a", "f2", "e")
        assert len(it.message) > 80
        assert len(it.rows) == DOCUMENTS_SHOWN
        assert it.status.startswith("İleri kısıt açık")
        await it.press("f7", "enter", "escape", "f5")
        assert it.lines[4] == "İleri Kısıt: Şube 1"


async def test_esc_leaves_it_as_it_was():
    async with desk("cikis") as it:
        await it.press("f7", "tab", "1", "f5")
        for key in ("escape", "f10"):
            await it.press("f7", "f8", "tab", "9", key)
            assert it.lines[4] == "İleri Kısıt: Şube 1"
        await it.press("f7")
        assert "Şube      1" in it.text


async def test_what_was_set_stands_in_its_fields_again():
    async with desk("cikis") as it:
        await it.press("f7", "i")
        put(
            it, branch="1", currency="TL", series="A", project="P", salesman="S",
            amount_from="1.000", amount_to="2000,5", vat_rate="%20", note="[b]not[/x]",
            entered_from="1",
        )  # fmt: skip
        await it.fill("entered_to", "b")
        await it.press("enter", "e", "enter", "h", "f5")
        words = it.app.screen.query_one("#advanced_words").text
        assert words.startswith("İleri Kısıt: Tipi İade, Şube 1, Döviz TL, Tutar 1.000,00–2.000,50")
        assert words.endswith("“[b]not[/x]”, Kayıt Tarihi 01.03.2026–15.03.2026, "
                              "dışarı aktarılmış, dosyadan alınmamış")  # fmt: skip
        assert it.lines[4].endswith("…")
        await it.press("f7", "f5")
        assert it.app.screen.query_one("#advanced_words").text == words


IMPOSSIBLE = [
    ("branch", "merkez", "Şube: tam sayı değil"),
    (
        "currency",
        "dolar",
        "Döviz: böyle bir döviz yok; bilinenler: TL, USD, EUR; kod da yazılabilir",
    ),
    ("amount_to", "çok", "Tutar: sayı değil"),
    ("vat_rate", "yüz", "KDV Oranı: sayı değil"),
    ("entered_from", "31.2", "Kayıt Tarihi: böyle bir gün yok"),
    ("amount_to", "-1", "Tutar: en çok, en azdan küçük"),
]


async def test_a_field_that_cannot_be_is_told_and_changes_nothing():
    async with desk("cikis") as it:
        await it.press("f7")
        for field, typed, reason in IMPOSSIBLE:
            await it.press("f8")
            put(it, **{"amount_from": "5", field: typed})
            await it.press("f5")
            assert is_open(it)
            assert it.message == reason
            assert it.place == field or "en azdan" in reason
        await it.press("escape")
        assert "İleri Kısıt:" not in it.text


async def test_an_amount_is_written_out_as_the_field_is_left():
    async with desk("cikis") as it:
        await it.press("f7")
        await it.fill("amount_from", "1.500")
        await it.press("enter")
        assert it.app.screen.query_one("#amount_from").value == "1.500,00"
        assert it.place == "amount_to"


async def test_the_rehber_lists_what_there_is():
    async with desk("cikis") as it:
        await it.press("f7")
        for field, title, taken in (
            ("kind", "Rehber: Tipi", InvoiceKind.CLOSED),
            ("branch", "Rehber: Şube", "1"),
            ("currency", "Rehber: Döviz", "1"),
            ("series", "Rehber: Seri", "EFT"),
            ("project", "Rehber: Proje", "PRJ-2025-03"),
            ("salesman", "Rehber: Plasiyer", "PLS-02"),
        ):
            it.app.screen.query_one(f"#{field}").focus()
            await it.press("f4")
            assert title in it.text
            await it.press("down", "enter")
            assert it.place == field
            assert it.app.focused.value == taken
        await it.press("tab", "f4")
        assert it.message == "Bu alanın Rehberi yok; F1 ne yazılabileceğini söyler"


async def test_the_rehber_narrows_as_one_types():
    async with desk("cikis") as it:
        await it.press("f7", "f4", *"zayi", "enter")
        assert "‹ Zayi İade ›" in it.text


async def test_a_whole_job_with_it_typed_ahead(office):
    async with desk("cikis") as it:
        await at_once(it, "f7", "tab", "1", "f5", "a", "f2", "e")
        assert it.message.startswith("Aktarım tamamlandı: 25 belge")
    assert len(list((office / "cikis").iterdir())) == 1


async def test_a_letter_sets_both_days_of_kayit_tarihi_to_a_period():
    async with desk("cikis") as it:
        await it.press("f7")
        for letter, days, words in (
            ("g", "01.02.2026 – 28.02.2026", "geçen ay"),
            ("a", "01.03.2026 – 31.03.2026", "bu ay"),
            ("y", "01.01.2026 – 31.12.2026", "bu yıl"),
        ):
            it.app.screen.query_one("#entered_to").focus()
            await it.press(letter)
            assert days in it.words
            assert it.message == f"Kayıt Tarihi: {words}"
        await it.press("f5")
        assert "Kayıt Tarihi 01.01.2026–31.12.2026" in it.text
