"""Load one document in full with its origin, and format it as a page of plain text."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from textwrap import wrap
from typing import NamedTuple

from app.domain import dates
from app.domain.amounts import round_kurus, total
from app.domain.arithmetic import extra_costs, general_discount_amounts, line_net
from app.domain.document_status import status_words
from app.domain.filters import currency_name
from app.domain.invoice import Invoice, InvoiceHeader, InvoiceKind, InvoiceLine
from app.domain.reasons import DocumentError, text
from app.domain.record import warnings_of
from app.domain.text import one_line, shorten, turkish_amount, turkish_trimmed
from app.errors import DatabaseRefused
from app.netsis.file_names import file_words
from app.netsis.tolerant.parser import read_invoice
from app.store import cards, deleted, document_runs, settings
from app.store.damaged import details_advice, name_of
from app.store.database import reading
from app.store.document_runs import ExportRun, Provenance
from app.store.export_sql import documents
from app.store.preview import FileRow
from app.transfer.import_file import IncomingFile

_LABEL = 14
_AMOUNT = 18
_LINE_FIGURES = 4 + 10 + 14 + 6 + 14 + 5  # all columns of a line except Stok, and the gaps
_STOCK = 12


class WholeDocument(NamedTuple):
    """A document with the names of its codes, and its origin in words."""

    invoice: Invoice
    account_name: str
    stock_names: dict[str, str]
    origin: list[str]
    currencies: Mapping[int, str]
    """DOVIZTIP → the name of the currency."""
    told: list[str] = []  # noqa: RUF012  # never changed
    """Errors and warnings about the document."""
    exports: list[ExportRun] = []  # noqa: RUF012  # never changed
    """The exports that included the document, newest first."""


def load(invoice_id: int) -> WholeDocument:
    """Load a stored document. Raises DatabaseRefused if it is gone or damaged."""
    with reading():
        try:
            invoice = read_invoice(_text(invoice_id))
        except DocumentError as error:
            raise DatabaseRefused(f"{_damaged(invoice_id)} ({error.sentence})") from error
        origin = document_runs.provenance(invoice_id)
        return _with_names(invoice, _origin(origin))._replace(
            told=_warnings(origin, invoice),
            exports=document_runs.exports_of(invoice_id),
        )


def load_deleted(deleted_id: int) -> WholeDocument:
    """Load a document of Silinen Belgeler. Raises DatabaseRefused if it is gone or damaged."""
    with reading():
        found = next(iter(deleted.rows([deleted_id])), None)
        if found is None:
            raise DatabaseRefused("Belge artık Silinen Belgeler'de değil; listeyi yenileyin (F5)")
        if found.document is None:
            raise DatabaseRefused(
                f"{one_line(found.number)}: kaydı bozuk, gösterilemiyor; {details_advice()}"
            )
        invoice = read_invoice(found.document.text())
        origin = document_runs.provenance_at(found.run, found.position)
        who = f", {found.user}" if found.user else ""
        when = f"{dates.turkish_moment(found.undone_at)}{who}"
        return _with_names(invoice, _origin(origin))._replace(
            told=[
                f"Silinen Belgeler'de: {found.run}. aktarım geri alındı, {when}",
                *_warnings(origin, invoice),
            ]
        )


def load_from_file(incoming: IncomingFile, row: FileRow) -> WholeDocument:
    """Load a document of a file that is not imported. Raises DocumentError, FileRefused."""
    invoice = incoming.invoice(row)
    origin = [f"{row.position}. belge, dosyada; aktarılmadı", f"  Dosya  {incoming.path}"]
    if within := incoming.place_within(row.position):
        origin.append(f"  İçinde {within}")
    with reading():
        found = _with_names(invoice, origin)
    return found._replace(told=[status_words(row.status, row.message)] if row.message else [])


def _warnings(origin: Provenance | None, invoice: Invoice) -> list[str]:
    """Return the warnings that the document was imported with, or those of its content."""
    if origin and origin.message:
        return [f"Aktarılırken: {origin.message}"]
    return [f"Uyarı: {text(reason)}" for reason in warnings_of(invoice)]


def load_json(invoice_id: int) -> str:
    """Load the document as Netsis JSON. Raises DatabaseRefused if it is gone or damaged."""
    with reading():
        return _text(invoice_id).decode()


def _text(invoice_id: int) -> bytes:
    (document,) = documents([invoice_id])
    if document.left_out is not None:
        raise DatabaseRefused(_damaged(invoice_id))
    return document.text


def _damaged(invoice_id: int) -> str:
    return f"{name_of(invoice_id)}: kaydı bozuk, gösterilemiyor; {details_advice()}"


def _with_names(invoice: Invoice, origin: list[str]) -> WholeDocument:
    code = invoice.header.account_code
    stock = cards.names("stock_item", {line.stock_code for line in invoice.lines})
    account = cards.names("account", [code]).get(code, "")
    return WholeDocument(invoice, account, stock, origin, settings.read().currencies)


def _origin(origin: Provenance | None) -> list[str]:
    if origin is None:
        return ["Bu veritabanında girilmiş; aktarımla gelmemiş"]
    folder, name = os.path.split(file_words(origin.file))
    return [
        f"Aktarım {origin.transfer_id}, {dates.turkish_moment(origin.started_at)}",
        f"  Dosya  {name}",
        *([f"  Klasör {folder}"] if folder else []),
        f"  Kaynak {origin.position}. belge, Fatura No {origin.source_number or 'yok'}",
    ]


def page(document: WholeDocument, width: int) -> list[str]:
    """Return the page as lines of at most `width` characters without control characters."""
    parts = (
        _header(document),
        _warning_lines(document, width),
        _lines(document, width),
        _totals(document.invoice, document.currencies),
        _notes(document.invoice.header),
        document.origin,
        _exports(document.exports),
    )
    lines = [line for part in map(list, parts) if part for line in (*part, "")]
    return [shorten(one_line(line).rstrip(), width) for line in lines[:-1]]


def _warning_lines(document: WholeDocument, width: int) -> Iterator[str]:
    """Yield errors and warnings, wrapped to the width."""
    for sentence in document.told:
        yield from wrap(one_line(sentence), width, subsequent_indent="  ")


def _exports(runs: Sequence[ExportRun]) -> Iterator[str]:
    for run in runs:
        who = f", {run.user}" if run.user else ""
        moment = dates.turkish_moment(run.started_at)
        yield f"Dışarı aktarıldı: aktarım {run.transfer_id}, {moment}{who}"
        yield f"  Dosya  {file_words(run.file)}"


def _pair(label: str, value: object) -> str:
    return f"{label:<{_LABEL}}{value}"


def _header(document: WholeDocument) -> Iterator[str]:
    invoice, header = document.invoice, document.invoice.header
    kind = "" if header.kind is None else f" · {InvoiceKind(header.kind).label}"
    yield f"{invoice.document_type.label}{kind}"
    yield _pair("Fatura No", header.number or "yok")
    if header.gib_number:
        yield _pair("GİB No", header.gib_number)
    yield _pair("Belge Tarihi", dates.turkish(header.document_date))
    yield _pair("Cari", f"{header.account_code}  {document.account_name}")
    if header.payment_date:
        days = "" if header.payment_days is None else f" ({header.payment_days} gün)"
        yield _pair("Vade", dates.turkish(header.payment_date) + days)
    for label, value in (
        ("Seri", invoice.series),
        ("Şube", header.branch),
        ("Plasiyer", header.salesman),
        ("Proje", header.project),
        ("Açıklama", header.description),
        ("KDV", "fiyatlara dahil" if header.vat_included else None),
    ):
        if value not in (None, ""):
            yield _pair(label, value)


def _lines(document: WholeDocument, width: int) -> Iterator[str]:
    stock_width = max(width - _LINE_FIGURES, _STOCK)
    titles = f"{'Miktar':>10} {'Fiyat':>14} {'KDV %':>6} {'Tutar':>14}"
    yield f"{'Sıra':>4} {'Stok':<{stock_width}} {titles}"
    for number, line in enumerate(document.invoice.lines, 1):
        name = line.item_name or document.stock_names.get(line.stock_code, "")
        stock = f"{line.stock_code}  {name}"
        fits = len(stock) <= stock_width
        rate = "" if line.vat_rate is None else turkish_trimmed(line.vat_rate)
        price = "" if line.gross_price is None else turkish_amount(line.gross_price)
        yield (
            f"{number:>4} {stock if fits else line.stock_code:<{stock_width}} "
            f"{turkish_trimmed(line.quantity):>10} {price:>14} {rate:>6} "
            f"{turkish_amount(round_kurus(line_net(line))):>14}"
        )
        yield from _line_details(line, "" if fits else name, document.currencies)


def _line_details(line: InvoiceLine, name: str, currencies: Mapping[int, str]) -> Iterator[str]:
    """Yield what has no column: a name that did not fit, discounts, currency, description."""
    rates = [
        f"{turkish_amount(discount)} TL"
        if index == 0 and line.discount1_is_amount
        else f"%{turkish_trimmed(discount)}"
        for index, discount in enumerate(line.discounts)
        if discount
    ]
    details = [name] if name else []
    if rates:
        details.append(f"iskonto {' + '.join(rates)}")
    if line.free_quantity:
        details.append(f"mal fazlası {turkish_trimmed(line.free_quantity)}")
    if line.currency and line.currency_price:
        currency = currency_name(line.currency, currencies)
        details.append(f"döviz fiyatı {turkish_amount(line.currency_price)} {currency}")
    if line.description:
        details.append(line.description)
    if details:
        yield f"{'':>5}{' · '.join(details)}"


def _totals(invoice: Invoice, names: Mapping[int, str]) -> Iterator[str]:
    header = invoice.header
    for label, value in (
        ("Brüt Toplam", header.gross_total),
        ("Mal fazlası iskontosu", header.free_goods_discount),
        ("Satır iskontoları", header.line_discount),
    ):
        yield from _amount(label, value)
    net = total(map(line_net, invoice.lines))
    discounts = general_discount_amounts(header, net)
    for number, ((rate, _), amount) in enumerate(
        zip(header.general_discounts, discounts, strict=True), 1
    ):
        percent = f" %{turkish_trimmed(rate)}" if rate else ""
        yield from _amount(f"Genel iskonto {number}{percent}", amount)
    costs = extra_costs(header)
    yield from _amount("Tevkifat / ek maliyet" if costs < 0 else "Ek maliyet", costs)
    for rate, amount in header.vat_buckets:
        yield from _amount(f"KDV %{turkish_trimmed(rate)}", amount, even_zero=True)
    yield from _amount("KDV toplamı", header.vat_total, even_zero=True)
    yield from _amount("ÖTV", header.special_tax)
    yield from _amount("Yuvarlama", header.rounding)
    yield from _amount("GENEL TOPLAM", header.grand_total, even_zero=True)
    if header.currency:
        name = currency_name(header.currency, names)
        yield from _amount(f"Döviz tutarı ({name})", header.currency_total)


def _amount(label: str, value: Decimal | None, *, even_zero: bool = False) -> Iterator[str]:
    if value or (even_zero and value is not None):
        yield f"{label:<28}{turkish_amount(value):>{_AMOUNT}}"


def _notes(header: InvoiceHeader) -> Iterator[str]:
    if header.notes:
        yield "Notlar"
        yield from (f"  {note}" for note in header.notes)
