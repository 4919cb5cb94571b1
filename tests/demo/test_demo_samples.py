"""The sample files: each is what its name says, as our own reader sees it."""

from __future__ import annotations

import itertools
import string
from collections import Counter
from pathlib import Path

import pytest

from app.demo import Company, sample_files
from app.demo.faults import FAULTS
from app.domain import stated_totals
from app.domain.invoice import DocumentType, Invoice
from app.domain.netsis_json import encode_invoice
from app.domain.reasons import Code, DocumentError, Reason
from app.errors import FileRefused
from app.netsis.input_file import open_source
from app.netsis.tolerant.parser import read_invoice

NAMES = (
    "temiz.json", "cakisan-numaralar.json", "alis.json", "zarf.json", "satir-satir.json",
    "windows-1254.json", "eksik-kart.json", "hatali.json", "yarim.json",
)  # fmt: skip


@pytest.fixture(scope="module")
def company() -> Company:
    return Company()


@pytest.fixture(scope="module")
def folder(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ornekler")
    for name, content in sample_files(company):
        (path / name).write_bytes(content)
    return path


def results(path: Path, encoding: str = "utf-8") -> list[Invoice | Reason]:
    """What comes of each document: the invoice, or the reason."""
    found: list[Invoice | Reason] = []
    with open_source(path, encoding) as source:
        for span in source.spans():
            try:
                found.append(span.error or read_invoice(source.read(span)))
            except DocumentError as error:
                found.append(error.reason)
    return found


def good(path: Path, encoding: str = "utf-8") -> list[Invoice]:
    """The documents of a file in which none is an error."""
    found = results(path, encoding)
    assert [reason for reason in found if isinstance(reason, Reason)] == []
    return [invoice for invoice in found if isinstance(invoice, Invoice)]


def test_there_is_one_file_of_each_kind_with_a_plain_name(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == set(NAMES)
    assert set("".join(NAMES)) <= set(string.ascii_lowercase + string.digits + "-.")


def test_the_same_company_gives_the_same_files(company: Company) -> None:
    assert list(sample_files(company)) == list(sample_files(Company(company.seed)))


@pytest.mark.parametrize("name", ["temiz.json", "alis.json", "satir-satir.json", "zarf.json"])
def test_documents_of_a_good_file_could_be_imported_as_they_are(
    company: Company, folder: Path, name: str
) -> None:
    accounts = {account.code for account in company.accounts}
    stock = {item.code for item in company.stock}
    taken = {invoice.header.number for invoice in company.invoices(5000)}
    invoices = good(folder / name)
    numbers = [invoice.header.number for invoice in invoices]
    assert len(numbers) >= 10
    assert len(set(numbers)) == len(numbers)
    assert not taken & set(numbers)
    for invoice in invoices:
        assert stated_totals.warnings(invoice) == []
        assert invoice.header.account_code in accounts
        assert {line.stock_code for line in invoice.lines} <= stock
        assert invoice.header.document_date > company.almanac.last_day


def test_the_purchases_are_purchases(folder: Path) -> None:
    types = {invoice.document_type for invoice in good(folder / "alis.json")}
    assert types == {DocumentType.PURCHASE}


def test_an_envelope_is_in_the_dialect_of_a_web_service(folder: Path) -> None:
    text = (folder / "zarf.json").read_text("utf-8")
    for spelling in ('"Data": [', '"faturaTip": "ftSFat"', 'T00:00:00"', '"GENELTOPLAM": "'):
        assert spelling in text
    assert "STra_BF" not in text


def test_clashing_numbers_are_taken_in_the_demo_but_by_other_documents(
    company: Company, folder: Path
) -> None:
    def key(invoice: Invoice) -> tuple[DocumentType, str, str]:
        is_sale = invoice.document_type is DocumentType.SALES
        account = "" if is_sale else invoice.header.account_code
        return invoice.document_type, invoice.header.number, account

    stored = {key(invoice): invoice for invoice in company.invoices(5000)}
    invoices = good(folder / "cakisan-numaralar.json")
    assert {invoice.document_type for invoice in invoices} == set(DocumentType)
    for invoice in invoices:
        assert stated_totals.warnings(invoice) == []
        assert stored[key(invoice)].lines != invoice.lines


def test_windows_1254_is_refused_as_utf8_and_read_as_what_it_is(folder: Path) -> None:
    path = folder / "windows-1254.json"
    with pytest.raises(FileRefused, match="1254"):
        results(path)
    texts = "".join(invoice.header.description or "" for invoice in good(path, "cp1254"))
    assert set(texts) & set("ğışİŞ")


def test_missing_cards_are_accounts_stock_items_both_and_none(
    company: Company, folder: Path
) -> None:
    accounts = {account.code for account in company.accounts}
    stock = {item.code for item in company.stock}
    found = Counter(
        (
            invoice.header.account_code in accounts,
            {line.stock_code for line in invoice.lines} <= stock,
        )
        for invoice in good(folder / "eksik-kart.json")
    )
    assert set(found) == set(itertools.product((True, False), repeat=2))


def test_each_fault_is_found_for_what_it_is_and_neighbours_are_good(folder: Path) -> None:
    found = results(folder / "hatali.json")
    reasons = [result for result in found if isinstance(result, Reason)]
    invoices = [result for result in found if isinstance(result, Invoice)]
    faulty = [i for i in invoices if (i.header.note1 or "").startswith("Hata örneği")]
    neighbours = [i for i in invoices if i not in faulty]

    # Two are warnings, two are errors only where a next number is needed; 42 is no document.
    assert len(faulty) == 4
    assert len(reasons) == len(FAULTS) - 4 + 1
    assert [bool(stated_totals.warnings(i)) for i in faulty] == [True, True, False, False]
    assert faulty[2].header.number == faulty[3].header.number
    assert {reason.field for reason in reasons} >= {
        "FATIRS_NO", "STra_GCMIK", "STra_BF", "GENELTOPLAM", "Tarih", "Tip",
    }  # fmt: skip
    assert len(set(reasons)) == len(reasons)

    assert len(neighbours) > 5
    assert all(stated_totals.warnings(i) == [] for i in neighbours)
    assert neighbours[-1] == neighbours[-2]


def test_a_file_cut_short_still_has_its_first_documents(folder: Path) -> None:
    *whole, last = results(folder / "yarim.json")
    assert len(whole) >= 5
    assert all(isinstance(result, Invoice) for result in whole)
    assert last == Reason(Code.CUT_SHORT)


def test_what_is_written_reads_back_the_same(company: Company) -> None:
    for invoice in company.invoices(1500):
        assert read_invoice(encode_invoice(invoice)) == invoice


@pytest.mark.parametrize("seed", [2, 3, 99])
def test_other_seeds_give_samples_too(seed: int) -> None:
    assert [name for name, _ in sample_files(Company(seed))] == list(NAMES)
