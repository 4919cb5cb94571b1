"""The place of a fault in a document's text, as it is marked where the text is shown."""

import json
from typing import Any

import pytest

from app.domain.reasons import Code, Reason
from app.netsis.fault_place import fault_place

DOCUMENT: dict[str, Any] = {
    "Tip": 7,
    "Not": 'a "Tarih": 1, [{',
    "FatUst": {"Tarih": "dün", "Ek": {"Tarih": 1, "tarih": 2}, "Tip": 0, "TARIH": 5},
    "Kalems": [{"StokKodu": "A"}, {"Ek": [1, {}], "StokKodu": 150}, 7],
}
AS_WRITTEN = json.dumps(DOCUMENT)
INDENTED = json.dumps(DOCUMENT, indent=2)

PLACES = [
    (Reason(Code.NOT_A_DAY, "Tarih"), '"Tarih": "dün"'),
    (Reason(Code.REPEATED, "Tarih"), '"TARIH": 5'),
    (Reason(Code.REPEATED, "tarih", outer="Ek"), '"tarih": 2'),
    (Reason(Code.TYPE_CONFLICT, "Tip"), '"Tip": 7'),
    (Reason(Code.NOT_TEXT, "StokKodu", line=2), '"StokKodu": 150'),
    (Reason(Code.NOT_AN_OBJECT, line=3), "7"),
    (Reason(Code.MISSING, "STra_GCMIK", line=2), "{"),
    (Reason(Code.MISSING, "CariKod"), '"FatUst": {'),
    (Reason(Code.NO_LINES, "Kalems"), '"Kalems": ['),
]


@pytest.mark.parametrize("raw", [AS_WRITTEN, INDENTED], ids=["on one line", "indented"])
@pytest.mark.parametrize(("reason", "marked"), PLACES)
def test_the_member_is_found_where_it_stands(raw: str, reason: Reason, marked: str) -> None:
    text = raw.encode()
    place = fault_place(text, reason)
    assert place is not None
    assert json.dumps(marked.replace(" ", "")) == json.dumps(
        text[slice(*place)].decode("unicode-escape").replace(" ", "")
    )


def test_of_lines_that_look_alike_the_right_one_is_found() -> None:
    lines = [{"StokKodu": 150}] * 3
    text = json.dumps({"Kalems": lines}).encode()
    found = [fault_place(text, Reason(Code.NOT_TEXT, "StokKodu", line=n)) for n in (1, 2, 3)]
    assert found == sorted(found)
    assert len(set(found)) == 3


@pytest.mark.parametrize("raw", [b"", b"7", b'{"FatUst', b"]]}},,::", b'"\xff', b'{"a":"\\'])
def test_what_is_broken_has_no_place_or_one_inside(raw: bytes) -> None:
    place = fault_place(raw, Reason(Code.NOT_A_DAY, "Tarih"))
    assert place is None or 0 <= place[0] < place[1] <= len(raw)
    assert fault_place(raw, Reason(Code.BROKEN_JSON)) is None
