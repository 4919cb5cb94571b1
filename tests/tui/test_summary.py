"""The status line and the sums of a question: all that fits, and never a sum that is not so."""

from decimal import Decimal

import pytest

from app.domain.invoice import DocumentType
from app.domain.totals import ForeignSum, Sums
from app.tui.summary import SumFigures, question_lines, summary

SALES, PURCHASE = DocumentType
NAMES = {1: "USD", 2: "EUR"}
DOLLARS = ForeignSum(1, Decimal("12500.0"), 12)
EUROS = ForeignSum(2, Decimal("800.5"), 3, silent=1)
SILENT = ForeignSum(9, Decimal(0), 2, silent=2)


def figures(**told):
    usual = {
        "listed": 3135, "shown": 3135, "only": "", "marked": 20, "hidden": 0,
        "sums": {SALES: Sums(Decimal("109396.26"), (DOLLARS, EUROS, SILENT))}, "currencies": NAMES,
        "in_range": False, "row": 5,
    }  # fmt: skip
    return SumFigures(**usual | told)


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (200, "3.135 belge · 20 işaretli · toplam 109.396,26 TL (12.500,00 USD; "
              "800,50 + ? EUR; ? döviz 9) · 5. satır"),
        (97, "3.135 belge · 20 işaretli · toplam 109.396,26 TL (12.500,00 USD; "
             "800,50 + ? EUR; ? döviz 9)"),
        (88, "3.135 belge · 20 işaretli · toplam 109.396,26 TL (12.500,00 USD; "
             "800,50 + ? EUR; …)"),
        (80, "3.135 belge · 20 işaretli · toplam 109.396,26 TL (12.500,00 USD; …)"),
        (65, "3.135 belge · 20 işaretli · toplam 109.396,26 TL (17 dövizli)"),
    ],
)  # fmt: skip
def test_what_matters_least_gives_way(width, text):
    assert summary(figures(), "", width) == text
    assert len(text) <= width


def test_whatever_is_shown_alone_and_what_made_the_list_is_said():
    told = figures(
        shown=3, only="uyarılılar", marked=50, hidden=47, sums={SALES: Sums(Decimal("1.0"))}
    )
    assert summary(told, "İleri kısıt açık", 120) == (
        "İleri kısıt açık · yalnız uyarılılar: 3 / 3.135 belge · 50 işaretli (47 görünmüyor)"
        " · toplam 1,00 TL · 5. satır"
    )
    assert summary(told, "İleri kısıt açık", 80) == (
        "yalnız uyarılılar 3/3.135 · 50 işaretli (47 görünmüyor) · toplam 1,00 TL"
    )
    assert summary(figures(marked=0, row=0, listed=0), "", 80) == "0 belge"
    assert "toplam hesaplanıyor" in summary(figures(sums=None), "", 80)


def test_a_question_has_a_line_for_each_currency():
    assert question_lines(20, figures().sums, NAMES) == [
        "20 belge, toplam 109.396,26 TL",
        "  12 belge: 12.500,00 USD",
        "  3 belge: 800,50 EUR; 1 tanesinde yazmıyor",
        "  2 belge: döviz 9, tutarı yazmıyor",
    ]
    many = Sums(Decimal(1), tuple(ForeignSum(code, Decimal(1), 1) for code in range(1, 7)))
    assert question_lines(6, {SALES: many}, NAMES)[-1] == "  ve 2 döviz daha"
    assert question_lines(6, None, NAMES) == ["6 belge, toplamı henüz hesaplanmadı"]


def test_sales_and_purchases_are_told_apart_and_never_added():
    both = {SALES: Sums(Decimal("-10.0"), (DOLLARS,)), PURCHASE: Sums(Decimal("250.5"))}
    assert "20 işaretli · satış -10,00 TL (12.500,00 USD), alış 250,50 TL" in summary(
        figures(sums=both), "", 120
    )
    huge = {kind: Sums(Decimal("-147382753.86"), (DOLLARS,)) for kind in DocumentType}
    told = summary(figures(sums=huge, listed=5000, shown=5000, marked=5000), "", 80)
    assert told == "5.000 işaretli · satış -147.382.753,86 TL, alış -147.382.753,86 TL"
    assert question_lines(20, both, {}) == [
        "20 belge",
        "Satış toplamı -10,00 TL",
        "  12 belge: 12.500,00 döviz 1",
        "Alış toplamı 250,50 TL",
    ]
    assert question_lines(3, {}, {}) == ["3 belge"]
