"""The search of the lists: both find the same documents, however the text is typed."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.codes import unique_key
from app.domain.filters import InvoiceFilter
from app.domain.text import fold, lower, upper
from app.store import cards, lookups, queries
from app.store.database import reading, writing
from app.store.opening import close_database
from app.store.preview import FileRow, FileRows
from tests.store.bookkeeping import document, enter, open_books

pytestmark = pytest.mark.both_engines

_SIGNS = [*"AaSsCcGgOoUuIi019", *"ÇçĞğÖöŞşÜüİıÂâÎîÛû", *"１Ａ-–−/.# ", "s\u0327", "i\u0307"]
_FIXED = ["ŞB-1", "ÇIĞ-7", "irs–17", "A  1", "RDM2024 05.03"]
_ACCOUNTS = [
    ("120-ŞB 1", "Şişli Çelik A.Ş."), ("120-ab", "Kâğıtçı Ltd."), ("320-1", ""),
    ("05.2024", "Isparta Gül 17"),
]  # fmt: skip
_NO_STATUS = ""  # only a file has a Durum to search in
_TEXT = st.lists(st.sampled_from(_SIGNS), min_size=1, max_size=5).map("".join)


class Lists:
    """The same documents in the list of the books and in the list of a file."""

    def __init__(self) -> None:
        random = Random(1)
        wild = ("".join(random.choices(_SIGNS, k=random.randint(1, 9))).strip() for _ in range(60))
        numbers = {unique_key(one): unicodedata.normalize("NFC", one) for one in (*_FIXED, *wild)}
        with writing():
            cards.add_accounts(_ACCOUNTS)
        self.words = [word for one in _ACCOUNTS for word in one if word]
        for number in filter(None, numbers.values()):
            account, _ = random.choice(_ACCOUNTS)
            day = date(2024, 3, 5) + timedelta(random.randrange(90))
            enter(document(number, account=account, day=day))
            self.words += [number, day.strftime("%d.%m.%Y")]
        with reading():
            self.ids = queries.find(InvoiceFilter())
            stored = queries.rows(self.ids)
        self.file = FileRows()
        self.positions = array("q", range(1, len(stored) + 1))
        self.numbers = [row.number for row in stored]
        self.file.add(
            FileRow(
                position, 0, 0, _NO_STATUS, "", True, number=row.number,
                document_date=row.document_date.isoformat(), account_code=row.account_code,
                account_name=row.account_name,
            )
            for position, row in enumerate(stored, 1)
        )  # fmt: skip

    def found(self, typed: str) -> list[str]:
        """The numbers that both lists find."""
        with reading():
            found = queries.matching(self.ids, typed)
        assert found == self.file.matching(self.positions, typed), typed
        return [self.numbers[place] for place in found]


@pytest.fixture(scope="module")
def lists(_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lists]:
    open_books(tmp_path_factory.mktemp("arama") / "defter.db")
    yield Lists()
    close_database()


@pytest.mark.parametrize(
    ("typed", "number"),
    [("sb", "ŞB-1"), ("SB-1", "ŞB-1"), ("şb–1", "ŞB-1"), ("cig", "ÇIĞ-7"), ("çığ", "ÇIĞ-7"),
     ("çiğ", "ÇIĞ-7"), ("irs-17", "irs–17"), ("İRS", "irs–17"), ("a 1", "A  1"),
     ("05.03", "RDM2024 05.03")],
)  # fmt: skip
def test_a_number_is_found_however_it_is_typed(lists: Lists, typed: str, number: str) -> None:
    assert number in lists.found(f" {typed} ")
    with reading():
        entries = lookups.search_numbers(None, typed)
    assert number in [entry.code for entry in entries]


@settings(max_examples=300)
@given(st.data())
def test_both_lists_find_the_same(lists: Lists, data: st.DataObject) -> None:
    """By any part of a number, day or account, spelled in any way; and by anything else."""
    word = data.draw(st.sampled_from(lists.words))
    begin = data.draw(st.integers(0, len(word) - 1))
    part = word[begin : data.draw(st.integers(begin + 1, len(word)))]
    spell = data.draw(st.sampled_from([str, fold, lower, upper, str.lower, unique_key]))
    lists.found(data.draw(st.just(spell(part)) | _TEXT))
