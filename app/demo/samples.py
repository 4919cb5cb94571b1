"""Sample files to import: good ones, other JSON dialects, and one with every kind of fault."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from app.demo.almanac import Day
from app.demo.company import Company
from app.demo.faults import FAULTS, with_fault
from app.demo.numbering import Number, SalesSeries, year_number
from app.domain.invoice import DocumentType, Invoice, InvoiceKind
from app.domain.netsis_json import encode_invoice

_TAKEN = 24
_BESIDES = 400  # documents whose contents may be used
_GOOD_EVERY = 4
_FILE_MIDNIGHT, _ISO_MIDNIGHT = " 00:00:00", "T00:00:00"


def sample_files(company: Company) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of each sample; its invoices are dated after the demo's."""
    yield "temiz.json", _array(_sales(company, "SUB", 40))
    yield "cakisan-numaralar.json", _array(_clashing(company))
    yield "alis.json", _array(_purchases(company, 20))
    yield "zarf.json", _envelope(_sales(company, "ZRF", 12))
    yield (
        "satir-satir.json",
        b"".join(encode_invoice(i) + b"\n" for i in _sales(company, "SST", 15)),
    )
    yield "windows-1254.json", _array(_sales(company, "WIN", 12)).decode().encode("cp1254")
    yield "eksik-kart.json", _array(_without_cards(company))
    yield "hatali.json", _join(_faulty(company))
    yield "yarim.json", _cut(_array(_sales(company, "YRM", 10)))


def _sales(company: Company, series_name: str, count: int) -> Iterator[Invoice]:
    rng = company.random(series_name)
    series = SalesSeries(series_name, share=0, branch=0, with_year=True)
    for n in range(count):
        day = _later(company, n)
        yield company.sale(rng, day, series, year_number(series_name, day.date.year, n + 1))


def _purchases(company: Company, count: int) -> Iterator[Invoice]:
    rng = company.random("alis")
    for n in range(count):
        number = f"KSM-{101 + n}" if n % 2 else f"26K/{2001 + n}"
        yield company.purchase(rng, _later(company, n), Number(number))


def _later(company: Company, n: int) -> Day:
    return company.almanac.day(company.almanac.last_day + timedelta(1 + n // 2))


def _clashing(company: Company) -> Iterator[Invoice]:
    """Yield invoices with the first numbers of the demo database but other contents."""
    first = list(islice(company.invoices(), _BESIDES))
    taken, others = first[:_TAKEN], first[_TAKEN:]
    for owner in taken:
        invoice = next(other for other in others if _alike(owner, other))
        others.remove(invoice)
        invoice.series = owner.series
        invoice.header.number = owner.header.number
        invoice.header.gib_number = owner.header.gib_number
        if invoice.document_type is DocumentType.PURCHASE:
            invoice.header.account_code = owner.header.account_code
        yield invoice


def _alike(owner: Invoice, other: Invoice) -> bool:
    """Return whether `other` may bear the number of `owner`: same series, or equally foreign."""
    if owner.document_type is not other.document_type:
        return False
    if owner.document_type is DocumentType.SALES:
        return owner.series == other.series
    return _from_abroad(owner) is _from_abroad(other)


def _from_abroad(invoice: Invoice) -> bool:
    return invoice.header.kind == InvoiceKind.FOREIGN


def _without_cards(company: Company) -> Iterator[Invoice]:
    """Yield invoices with an unknown account, an unknown stock item, both, or none, in turn."""
    for n, invoice in enumerate(_sales(company, "EKS", 12)):
        if n % 4 in (0, 2):
            invoice.header.account_code = f"120-034-{901 + n}"
        if n % 4 in (1, 2):
            invoice.lines[-1].stock_code = f"150-99-{1 + n:04}"
            invoice.lines[-1].item_name = "Yeni gelen ürün"
        yield invoice


def _faulty(company: Company) -> Iterator[bytes]:
    """Yield documents with one fault each, and a good one after every few."""
    documents = _sales(company, "HTL", 2 * len(FAULTS))
    for n, fault in enumerate(FAULTS, 1):
        yield with_fault(encode_invoice(next(documents)), fault)
        if n % _GOOD_EVERY == 0:
            yield encode_invoice(next(documents))
    twice = encode_invoice(next(documents))
    yield twice
    yield twice
    yield b"42"


def _envelope(invoices: Iterable[Invoice]) -> bytes:
    """Make a web service's reply: keys in other case, ISO dates, decimal commas, type names."""
    data = [_in_dialect(json.loads(encode_invoice(i), parse_float=_comma)) for i in invoices]
    for document in data:
        document["faturaTip"] = "ftSFat"
    answer = {"IsSuccessful": True, "Data": data}
    return json.dumps(answer, ensure_ascii=False, indent=2).encode()


def _comma(number: str) -> str:
    return number.replace(".", ",")


def _in_dialect(value: Any) -> Any:
    if isinstance(value, dict):
        return {_other_case(name): _in_dialect(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_in_dialect(inner) for inner in value]
    if isinstance(value, str) and value.endswith(_FILE_MIDNIGHT):
        return value.removesuffix(_FILE_MIDNIGHT) + _ISO_MIDNIGHT
    return value


def _other_case(name: str) -> str:
    """Change the case of a key: `FatUst` → fatUst, `Sube_Kodu` → SUBE_KODU; `KDV` stays."""
    return name.upper() if "_" in name or name.isupper() else name[:1].lower() + name[1:]


def _array(invoices: Iterable[Invoice]) -> bytes:
    return _join(map(encode_invoice, invoices))


def _join(documents: Iterable[bytes]) -> bytes:
    return b"[\n" + b",\n".join(documents) + b"\n]\n"


def _cut(content: bytes) -> bytes:
    """Cut the file off inside a document, as a broken connection does."""
    return content[: len(content) * 3 // 4]
