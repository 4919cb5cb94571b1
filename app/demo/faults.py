"""Every kind of fault that a document in a file can have, and how to put it into a good one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from app.domain.netsis_json import join

_Object = dict[str, msgspec.Raw]
_Changes = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Fault:
    """The members to change in a document: name → JSON text, or None to remove the member."""

    name: str
    """A description, written into EKACK1."""
    top: _Changes = field(default_factory=dict)
    header: _Changes = field(default_factory=dict)
    first_line: _Changes = field(default_factory=dict)
    twice: tuple[str, str] | None = None
    """(name, JSON) of a header member to repeat, or None."""


_NO_DIGITS: Final[_Changes] = {"FATIRS_NO": '"HATALI-NUMARA"', "GIB_FATIRS_NO": None}

FAULTS: Final = (
    Fault("fatura numarası metin değil", header={"FATIRS_NO": "348"}),
    Fault("fatura numarası çok uzun", header={"FATIRS_NO": f'"HTL{"0" * 40}"'}),
    Fault("cari kodu yok", header={"CariKod": None}),
    Fault("miktar sayı değil", first_line={"STra_GCMIK": '"on iki"'}),
    Fault("belirsiz sayı", first_line={"STra_BF": '"1.234"'}),
    Fault("sayı çok uzun", first_line={"STra_GCMIK": "1" * 80}),
    Fault("sayı çok büyük", header={"GENELTOPLAM": "12345678901234567890.5"}),
    Fault("takvimde olmayan gün", header={"Tarih": '"2026-11-31 00:00:00"'}),
    Fault("tarih başka biçimde", header={"Tarih": '"11/15/2026"'}),
    Fault("cari kodu çok uzun", header={"CariKod": '"120-034-001-ANADOLU-YAKASI"'}),
    Fault("bilinmeyen belge tipi", top={"FaturaTip": "7"}, header={"Tip": "7"}),
    Fault("belge tipleri çelişiyor", header={"Tip": "1"}),
    Fault("bilinmeyen Tipi", header={"TIPI": "12"}),
    Fault("şube aralık dışında", header={"Sube_Kodu": "99999"}),
    Fault("mantıksal değer değil", header={"KDV_DAHILMI": '"belki"'}),
    Fault("kalem adedi tutmuyor", top={"KalemAdedi": "99"}),
    Fault("kalem yok", top={"Kalems": "[]", "KalemAdedi": "0"}),
    Fault("kalemler liste değil", top={"Kalems": '"yok"'}),
    Fault("toplamlar tutmuyor (yalnız uyarı)", header={"GENELTOPLAM": "1.0"}),
    Fault("bilinmeyen KDV oranı (yalnız uyarı)", first_line={"STra_KDV": "17.0"}),
    Fault("denetim karakteri", header={"PLA_KODU": '"P\\u001b[31m"'}),
    Fault("aynı üye iki kez", twice=("CariKod", '"120-034-002"')),
    Fault("numarada görünmeyen karakter", header={"FATIRS_NO": '"HTL\u200b1"'}),
    Fault("rakamı olmayan numara", header=_NO_DIGITS),
    Fault("rakamı olmayan numara, ikinci kez", header=_NO_DIGITS),
)


def with_fault(document: bytes, fault: Fault) -> bytes:
    """Put a fault into a document, a JSON object with FatUst and Kalems."""
    top = msgspec.json.decode(document, type=_Object)
    header = msgspec.json.decode(top["FatUst"], type=_Object)
    lines = msgspec.json.decode(top["Kalems"], type=list[_Object])
    _change(header, {"EKACK1": f'"Hata örneği: {fault.name}"'} | dict(fault.header))
    _change(lines[0], fault.first_line)
    again = [(fault.twice[0], msgspec.Raw(fault.twice[1].encode()))] if fault.twice else []
    top["FatUst"] = _object([*header.items(), *again])
    kalems = b",".join(bytes(_object(line.items())) for line in lines)
    top["Kalems"] = msgspec.Raw(b"[" + kalems + b"]")
    _change(top, fault.top)
    return bytes(_object(top.items()))


def _change(record: _Object, changes: _Changes) -> None:
    for name, spelling in changes.items():
        if spelling is None:
            del record[name]
        else:
            record[name] = msgspec.Raw(spelling.encode())


def _object(pairs: Iterable[tuple[str, msgspec.Raw]]) -> msgspec.Raw:
    """Make a JSON object of the pairs, in order; names may repeat."""
    spelled = [(msgspec.json.encode(name), bytes(value)) for name, value in pairs]
    return msgspec.Raw(join(spelled))
