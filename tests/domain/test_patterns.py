"""Patterns: what a user types to name many rows at once."""

import pytest

from app.domain.patterns import matcher


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("A-1*", "a-12"),
        ("*market*", "ŞOK MARKET A.Ş."),
        ("*ısı", "Yapı Isı"),
        ("sisli", "Şişli Tekstil"),
        ("2?", "25"),
        ("1.234,5*", "1.234,50"),
        ("[x]*", "[x] y"),
        ("*", ""),
    ],
)
def test_it_is_like(typed, text):
    assert matcher(typed)(text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [("A-1*", "BA-12"), ("2?", "2"), ("2?", "255"), ("1.2*", "1x2"), ("[x]*", "x"), ("ab", "a b")],
)
def test_it_is_not_like(typed, text):
    assert not matcher(typed)(text)
