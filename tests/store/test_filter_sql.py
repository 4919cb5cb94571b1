"""A filter in SQL finds what the same filter finds in plain Python, whatever the documents are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from app.domain import amounts
from app.domain.codes import unique_key
from app.domain.filters import InvoiceFilter
from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceKind, InvoiceLine
from app.domain.number_ranges import key_ranges
from app.domain.numbers import series_of, split_key
from app.domain.record import to_record
from app.domain.text import fold
from app.store import journal, lookups, queries
from app.store.database import reading, writing
from app.store.numbering import Numbering, number_request, taken, write_counters
from app.store.writer import NewInvoice, Origin, save
from tests.netsis.strategies import canonical_amounts
from tests.store.bookkeeping import make_cards, opened

pytestmark = pytest.mark.both_engines

COUNT = 250
NOW = datetime(2024, 4, 1)
DAYS = [NOW.date() + timedelta(n) for n in range(-2, 3)]
ACCOUNTS = ["120-1", "120-2", "120-3"]
RATES = [Decimal(rate) for rate in ("0.0", "1.0", "20.0", "0.5")]
CODES = ["PRJ-1", "prj-1", "ŞP", "şp", "P", "ALİ", "ALI", "alı", "Ａｌi", "A–1", "a  1", "A 1",
         " P", "p\u2003", "\tprj-1 ", " "]  # fmt: skip
TYPED = [code for code in CODES if code.strip()]
SERIES = ["A", "RDM", "rdm", "RDM2024", "B-", "X", "İZM", "ızm", "ŞP"]
NUMBERS = ["A{:014}", "RDM2024{:08}", "RDM2025{:08}", "rdm{}", "B-{}", "2024{:011}", "İZM2024{:03}",
           "IZM{:04}", "ızm2024{:08}", "Şp{}", "F {}"]  # fmt: skip
TEXTS = [
    "ışık",
    "IŞIK",
    "İŞİK",
    "Şişli\nsevkiyatı",
    'tırnak "x" \\ ters',
    "sev",
    "☃",
    "EKACK1",
    "i\u0307stanbul",
]
# Near one another, of both signs, and where a float would not tell them apart.
AMOUNTS = [
    amounts.canonical(Decimal(text))
    for text in ("0", "0.01", "-0.01", "0.1", "-0.1", "1", "-1", "0.09", "1.5", "-1.5", "1.05",
                 "10", "9.99", "999999999999999.99", "999999999999999.98999999",
                 "-999999999999999.99", "-999999999999999.98999999")
]  # fmt: skip
# What a member of the same name holds elsewhere is none of the document's own.
DECOYS = [{}, {"Ozel": Raw('{"STra_DOVTIP":7,"EKACK1":"ışık"}'.encode())}, {"Not": Raw(b'"isik"')}]


@dataclass
class Kept:
    """A document, and what the database is to know of it besides."""

    invoice: Invoice
    entered_on: date
    exported: bool
    imported: bool


def invent(rng: Random, place: int) -> Kept:
    """A document of values that differ little; each may be left out that can be."""

    def some(*values: object) -> object:
        return rng.choice([None, *values])

    lines = [
        InvoiceLine(
            stock_code="150-01",
            quantity=Decimal("1.0"),
            vat_rate=some(*RATES),
            currency=some(0, 0, 0, 1, 2, 12, -1),
            description=some(*TEXTS, '"STra_DOVTIP":7'),
            extra=rng.choice(DECOYS),
        )
        for _ in range(rng.randint(1, 3))
    ]
    header = InvoiceHeader(
        branch=some(-1, 0, 1),
        number=rng.choice(NUMBERS).format(place),
        account_code=rng.choice(ACCOUNTS[:2]),
        document_date=rng.choice(DAYS),
        kind=some(0, 2, 4),
        grand_total=rng.choice(AMOUNTS),
        currency=some(0, 1, 12),
        salesman=some(*CODES),
        project=some(*CODES),
        description=some(*TEXTS),
        note1=some(*TEXTS),
        note16=some(*TEXTS),
        extra=rng.choice(DECOYS),
    )
    kind = rng.choice(list(DocumentType))
    invoice = Invoice(series=some(*SERIES), document_type=kind, header=header, lines=lines)
    return Kept(invoice, rng.choice(DAYS), rng.random() < 0.5, rng.random() < 0.5)


@pytest.fixture(scope="module")
def shelf(_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Kept]]:
    """Documents in an open database; the id of each is its place, from 1."""
    rng = Random(1)
    kept = [invent(rng, place) for place in range(COUNT)]
    with opened(tmp_path_factory.mktemp("raf") / "defter.db"):
        keep(kept)
        yield kept


def keep(kept: list[Kept]) -> None:
    make_cards(one.invoice for one in kept)
    numbering = Numbering(None)
    with writing():
        run = journal.open_transfer(journal.IMPORT, "gelen.json", NOW)
        numbering.begin()
        documents = [to_record(one.invoice) for one in kept]
        requests = [number_request(document) for document in documents]
        numbering.look_up(requests, set(taken([one.key for one in requests])))
        for place, one in enumerate(kept, 1):
            document, number = documents[place - 1], one.invoice.header.number
            given_number = numbering.give(requests[place - 1])
            origin = Origin(run, place) if one.imported else None
            save([NewInvoice(place, document, given_number, origin)], one.entered_on)
            if origin:
                item = journal.Item(place, number, number, "aktarildi", None, document.fingerprint)
                journal.add_items(run, [item])
        write_counters(numbering.moved())
        journal.close_transfer(run, journal.DONE, NOW)
        for _ in range(2):  # whoever exports twice finds them once
            run = journal.open_transfer(journal.EXPORT, "giden.json", NOW)
            journal.add_exported(run, [n for n, one in enumerate(kept, 1) if one.exported])
            journal.close_transfer(run, journal.DONE, NOW)


VALUES: dict[str, list[object]] = {
    "document_type": [*DocumentType],
    "account_code": [*ACCOUNTS, "120-*", "*", "12", " 120-2"],
    "kind": [InvoiceKind(code) for code in (0, 2, 4, 8)],
    "branch": [-1, 0, 1, 9],
    "currency": [0, 1, 2, 7, 12, -1],
    "series": [*SERIES, "RDM2025", "a", "2024", "izm", "IZM", "izm2024", "şp", "f"],
    "project": [*TYPED, "p", "ali"],
    "salesman": [*TYPED, "a-1", "FİL"],
    "vat_rate": [*RATES, Decimal("20"), Decimal("7.0")],
    "note": [*TEXTS, "sisli", "sevkiyat", '"x" \\', "x", "ısık", "Y", "iksev", "istanbul"],
    "exported": [True, False],
    "imported": [True, False],
}
ENDS: dict[str, list[object]] = {
    "date": [*DAYS],
    "number": ["A00000000000006", "a120", "B-1", "RDM20249", "RDM202400000100", "rdm3", "2024099"],
    "amount": [*AMOUNTS],
    "entered": [*DAYS],
}
ALONE = [
    *({name: value} for name, values in VALUES.items() for value in values),
    *({f"{name}_from": end} for name, ends in ENDS.items() for end in ends),
    *({f"{name}_to": end} for name, ends in ENDS.items() for end in ends),
    *({f"{name}_from": end, f"{name}_to": end} for name, ends in ENDS.items() for end in ends),
]


def matches(kept: Kept, wanted: InvoiceFilter) -> bool:
    """The same filter in plain Python."""
    invoice, header = kept.invoice, kept.invoice.header
    prefix = split_key(header.number, invoice.series).prefix
    named = {header.currency or 0, *(line.currency or 0 for line in invoice.lines)}
    notes = [header.description or "", *header.notes]
    return (
        wanted.document_type in (None, invoice.document_type)
        and within(header.document_date, wanted.date_from, wanted.date_to)
        and number_matches(header.number, wanted.number_from, wanted.number_to)
        and account_matches(header.account_code, wanted.account_code)
        and wanted.kind in (None, header.kind or 0)
        and wanted.branch in (None, header.branch or 0)
        and (wanted.currency is None or named == {0} or wanted.currency != 0)
        and (not wanted.currency or wanted.currency in named)
        and within(header.grand_total, wanted.amount_from, wanted.amount_to)
        and same_code(wanted.series, invoice.series, prefix, series_of(prefix))
        and same_code(wanted.project, header.project)
        and same_code(wanted.salesman, header.salesman)
        and wanted.vat_rate in (None, *(line.vat_rate or amounts.ZERO for line in invoice.lines))
        and (wanted.note is None or any(fold(wanted.note) in fold(note) for note in notes))
        and within(kept.entered_on, wanted.entered_from, wanted.entered_to)
        and wanted.exported in (None, kept.exported)
        and wanted.imported in (None, kept.imported)
    )


def number_matches(number: str, low: str | None, high: str | None) -> bool:
    """By the definition of KeyRange, which `test_number_ranges` checks."""
    key = unique_key(number)
    return (low or high) is None or any(
        least <= key <= most
        and len(key) == len(least)
        and (key[prefix:].isdecimal() or prefix == len(key))
        for least, most, prefix in key_ranges(low, high)
    )


def account_matches(code: str, wanted: str | None) -> bool:
    if wanted is None or not wanted.endswith("*"):
        return wanted is None or wanted.strip() == code
    return code.startswith(wanted[:-1])


def within(value: object, low: object, high: object) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)  # type: ignore[operator]


def same_code(wanted: str | None, *codes: str | None) -> bool:
    return wanted is None or plain(wanted) in [plain(code) for code in codes if code]


def plain(code: str) -> str:
    return unique_key(code.strip())


def check(shelf: list[Kept], wanted: InvoiceFilter) -> None:
    expected = [place for place, one in enumerate(shelf, 1) if matches(one, wanted)]
    with reading():
        assert sorted(queries.find(wanted, "account_name")) == expected, wanted


def test_each_condition_alone_finds_what_it_says(shelf: list[Kept]) -> None:
    for condition in ALONE:
        check(shelf, InvoiceFilter(**condition))  # type: ignore[arg-type]


@settings(max_examples=250)
@given(st.lists(st.sampled_from(ALONE), min_size=2, max_size=5))
def test_all_conditions_together_find_what_they_say(
    shelf: list[Kept], conditions: list[dict[str, object]]
) -> None:
    together = {name: value for condition in conditions for name, value in condition.items()}
    for name in ENDS:
        low, high = together.get(f"{name}_from"), together.get(f"{name}_to")
        if name == "number" and None not in (low, high):
            together[f"{name}_to"] = low  # of two series there is no range
        elif low is not None and high is not None and low > high:  # type: ignore[operator]
            together |= {f"{name}_from": high, f"{name}_to": low}
    check(shelf, InvoiceFilter(**together))  # type: ignore[arg-type]


@settings(max_examples=150)
@given(st.sampled_from(AMOUNTS) | canonical_amounts(), st.booleans())
def test_amounts_are_compared_exactly(shelf: list[Kept], bound: Decimal, least: bool) -> None:
    check(shelf, InvoiceFilter(**{"amount_from" if least else "amount_to": bound}))


def test_a_rehber_lists_the_codes_of_a_type_and_how_many_have_them(shelf: list[Kept]) -> None:
    for kind in (None, *DocumentType):
        headers = [k.invoice.header for k in shelf if kind in (None, k.invoice.document_type)]
        with reading():
            projects = lookups.codes_in_use("project", kind)
            branches = lookups.codes_in_use("branch", kind)
            series = dict(lookups.codes_in_use("series", kind))
        assert dict(projects) == Counter(
            header.project.strip() for header in headers if (header.project or "").strip()
        )
        assert branches == [
            (branch, sum((header.branch or 0) == branch for header in headers))
            for branch in (-1, 0, 1)
        ]
        for name, offered in (("project", dict(projects)), ("series", series)):
            for code, count in offered.items():
                with reading():
                    found = queries.find(InvoiceFilter(document_type=kind, **{name: code}))
                assert len(found) >= count > 0, code
        assert series["RDM"] == sum(header.number.upper().startswith("RDM") for header in headers)
