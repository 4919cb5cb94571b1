"""A card is read from whatever integrators write, and nothing of it is lost (domain §7)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from app.domain.cards import CardKind, CardRecord, encode_card
from app.domain.reasons import Code, DocumentError
from app.netsis.card_parser import kind_of, read_card
from tests.netsis.card_strategies import cards


@settings(max_examples=300)
@given(cards())
def test_what_is_written_is_read_again_whole(card: CardRecord) -> None:
    written = encode_card(card)
    assert b"\n" not in written
    assert read_card(written) == card
    assert kind_of(written) is card.kind


def test_a_reply_of_the_server_is_kept_member_by_member() -> None:
    raw = (
        '{"cariEkBilgi": {"CARI_KOD" : "120-001", "KULL1N":1.50}, "SubelerdeOrtak":true,'
        '"CARITEMELBILGI":{"cari_kod":" 120-001 ","Cari_Isim":"I\u015f\u0131k A.\u015e.",'
        '"cari_tip":"S","VERGI_NUMARASI":"0123456789","CARI_IL":null,"Sube_Kodu":"-1",'
        '"KOSUL_KODU":"\\u0000","CM_BORCT":1e2}}'
    )
    card = read_card(raw.encode())
    assert card.columns == ("120-001", "Işık A.Ş.", "S", "0123456789", None, None)
    assert encode_card(card).decode() == (
        '{"CariTemelBilgi":{"CARI_KOD":"120-001","CARI_ISIM":"Işık A.Ş.","CARI_TIP":"S",'
        '"VERGI_NUMARASI":"0123456789","Sube_Kodu":-1,"KOSUL_KODU":"\\u0000","CM_BORCT":1e2},'
        '"cariEkBilgi":{"CARI_KOD" : "120-001", "KULL1N":1.50},"SubelerdeOrtak":true}'
    )


def test_a_stock_card_with_numbers_as_texts() -> None:
    card = read_card(b'{"StokTemelBilgi":{"STOK_KODU":"A","stok_adi":null,"KDV_ORANI":"18,00"}}')
    assert card.kind is CardKind.STOCK
    assert card.columns == ("A", "", "18.0", None, None)
    assert card.is_nameless


@pytest.mark.parametrize(
    ("raw", "code", "field"),
    [
        (b'{"CariTemelBilgi":{"CARI_ISIM":"X"}}', Code.MISSING, "CARI_KOD"),
        (b'{"CariTemelBilgi":{"CARI_KOD":"  "}}', Code.EMPTY, "CARI_KOD"),
        (b'{"CariTemelBilgi":{"CARI_KOD":"1234567890123456"}}', Code.TOO_LONG, "CARI_KOD"),
        ('{"CariTemelBilgi":{"CARI_KOD":"A\u200bB"}}'.encode(), Code.FORBIDDEN_CHARACTER,
         "CARI_KOD"),
        ('{"CariTemelBilgi":{"CARI_KOD":"A","CARI_ISIM":"A\u202eB"}}'.encode(),
         Code.FORBIDDEN_CHARACTER, "CARI_ISIM"),
        (b'{"CariTemelBilgi":{"CARI_KOD":"A","VERGI_NUMARASI":123}}', Code.NOT_TEXT,
         "VERGI_NUMARASI"),
        (b'{"CariTemelBilgi":{"CARI_KOD":"A","cari_kod":"B"}}', Code.REPEATED, "CARI_KOD"),
        (b'{"CariTemelBilgi":{"CARI_KOD":"A","X":1,"X":2}}', Code.REPEATED, "X"),
        (b'{"CariTemelBilgi":[]}', Code.NOT_AN_OBJECT, "CariTemelBilgi"),
        (b'{"StokTemelBilgi":{"Stok_Kodu":"A","KDV_Orani":"x"}}', Code.NOT_A_NUMBER, "KDV_Orani"),
        (b'{"FatUst":{},"Kalems":[]}', Code.NOT_A_CARD, ""),
        (b'{"CariTemelBilgi":{"CARI_KOD":"A"},"StokTemelBilgi":{"Stok_Kodu":"A"}}',
         Code.NOT_A_CARD, ""),
        (b'[1]', Code.NOT_A_CARD, ""),
        (b'{"CariTemelBilgi":', Code.BROKEN_JSON, ""),
        (b'\xff', Code.NOT_UTF8, ""),
    ],
)  # fmt: skip
def test_a_faulty_card_is_refused_by_its_member(raw: bytes, code: Code, field: str) -> None:
    with pytest.raises(DocumentError) as found:
        read_card(raw)
    assert (found.value.reason.code, found.value.reason.field) == (code, field)
