"""The JSON Schema of the file: what we write is valid, and each limit is one of the parser's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from app.domain.file_schema import file_schema
from app.domain.invoice import MAX_LINES, Invoice
from app.domain.netsis_json import encode_invoice
from app.domain.numbers import MAX_SOURCE
from app.domain.reasons import DocumentError
from app.netsis.tolerant.parser import read_invoice
from tests.netsis import strategies
from tests.netsis.examples import ABSENT, changed, example
from tests.scale import rounds

SCHEMA: dict[str, Any] = json.loads(json.dumps(file_schema()))
DEFINITIONS = SCHEMA["$defs"]
VALID = Draft202012Validator(SCHEMA)
DESCRIBING = {"title", "description", "properties", "items", "$ref"}


class Twin(NamedTuple):
    """A document that breaks one limit of the schema."""

    path: str
    """Of the member at fault, as `examples.changed` takes it."""
    keyword: str
    value: Any


def _wrong_type(schema: dict[str, Any]) -> list[Any]:
    wrong = {"string": 5, "boolean": "belki", "array": 5}.get(schema["type"], "on iki")
    return [wrong, 1.5] if schema["type"] == "integer" else [wrong]


def _wrong_pattern(schema: dict[str, Any]) -> list[Any]:
    pattern = schema["pattern"]
    if "00:00:00" not in pattern:
        return ["\x1b"]
    years = (1899, 2101) if "19[" in pattern else ()
    return ["2024-13-01 00:00:00", *(f"{year}-01-01 00:00:00" for year in years)]


BREAKING: dict[str, Callable[[dict[str, Any]], list[Any]]] = {
    "type": _wrong_type,
    "pattern": _wrong_pattern,
    "enum": lambda schema: [max(schema["enum"]) + 1],
    "minLength": lambda _: [""],
    "maxLength": lambda schema: ["x" * (schema["maxLength"] + 1)],
    "minimum": lambda schema: [schema["minimum"] - 1],
    "maximum": lambda schema: [schema["maximum"] + 1],
    "exclusiveMinimum": lambda schema: [schema["exclusiveMinimum"]],
    "exclusiveMaximum": lambda schema: [schema["exclusiveMaximum"]],
    "minItems": lambda _: [[]],
}
"""For each keyword, values that break just its limit."""
WIDER = {"FATIRS_NO": "x" * (MAX_SOURCE + 1)}
"""A number that only our column is too short for is not refused: it is given anew."""


def _twins(kind: str, before: str) -> Iterator[Twin]:
    schema = DEFINITIONS[kind]
    assert schema.keys() - DESCRIBING <= {"type", "required", "anyOf"}
    for name in schema["required"]:
        yield Twin(before + name, "required", ABSENT)
    for name, limits in schema["properties"].items():
        if "$ref" in limits:
            yield Twin(before + name, "type", 5)
        for keyword in limits.keys() - DESCRIBING - {"maxItems"}:
            for value in BREAKING[keyword](limits):
                wider = keyword == "maxLength" and WIDER.get(name)
                yield Twin(before + name, keyword, wider or value)


def errors(document: Any) -> list[Any]:
    """What the schema has against a document; numbers are exact."""
    text = json.dumps([document], ensure_ascii=False)
    return list(VALID.iter_errors(json.loads(text, parse_float=Decimal)))


def test_it_is_a_schema_of_draft_2020_12() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert errors(example()) == []


@settings(max_examples=rounds(100))
@given(strategies.invoices())
def test_whatever_the_writer_makes_is_valid(invoice: Invoice) -> None:
    text = b"[" + encode_invoice(invoice) + b"]"
    assert list(VALID.iter_errors(json.loads(text, parse_float=Decimal))) == []


@pytest.mark.parametrize(
    ("kind", "before", "line"),
    [("ItemSlips", "", 0), ("FatUst", "FatUst.", 0), ("Kalem", "Kalems.1.", 2)],
)
def test_each_limit_has_a_failing_twin(kind: str, before: str, line: int) -> None:
    for twin in _twins(kind, before):
        document = changed(twin.path, twin.value)
        found = errors(document)
        outer = [0, *(int(s) if s.isdigit() else s for s in twin.path.split("."))]
        name = outer[-1]
        if twin.keyword == "required":
            outer.pop()
            assert f"'{name}' is a required property" in found[0].message, twin
        assert {tuple(error.path) for error in found} == {tuple(outer)}, twin
        assert twin.keyword in {error.validator for error in found}, twin

        with pytest.raises(DocumentError) as refused:
            read_invoice(json.dumps(document).encode())
        reason = refused.value.reason
        assert (reason.field, reason.line) == (name, line), twin


def test_too_many_lines_are_too_many_for_both() -> None:
    document = example()
    document["Kalems"] = [{"StokKodu": "A", "STra_GCMIK": 1}] * (MAX_LINES + 1)
    document["KalemAdedi"] = MAX_LINES + 1
    lines = DEFINITIONS["ItemSlips"]["properties"]["Kalems"]
    short = Draft202012Validator({key: lines[key] for key in ("type", "minItems", "maxItems")})
    assert not short.is_valid(document["Kalems"])
    assert short.is_valid(document["Kalems"][1:])
    with pytest.raises(DocumentError) as refused:
        read_invoice(json.dumps(document).encode())
    assert refused.value.reason.field == "Kalems"


def test_the_type_stands_at_the_top_or_in_the_header_and_must_stand_somewhere() -> None:
    at_top, inside = changed("FatUst.Tip", ABSENT), changed("FaturaTip", ABSENT)
    assert errors(at_top) == errors(inside) == []
    at_top.pop("FaturaTip")
    (error,) = errors(at_top)
    assert error.validator == "anyOf"
    with pytest.raises(DocumentError) as refused:
        read_invoice(json.dumps(at_top).encode())
    assert refused.value.reason.field == "FaturaTip"


def test_a_line_that_is_no_object_is_named_by_its_place() -> None:
    document = changed("Kalems.1", 5)
    (error,) = errors(document)
    assert list(error.path) == [0, "Kalems", 1]
    with pytest.raises(DocumentError) as refused:
        read_invoice(json.dumps(document).encode())
    assert refused.value.reason.line == 2


@pytest.mark.parametrize("path", ["FatUst.FATIRS_NO", "FatUst.GENELTOPLAM"])
def test_what_an_import_gives_may_be_absent(path: str) -> None:
    document = changed(path, ABSENT)
    assert errors(document) == []
    read_invoice(json.dumps(document).encode())


def test_members_that_are_not_modelled_may_hold_anything() -> None:
    document = changed("FatUst.OZEL", [{"a": None}, "\x1b", -(10**20)])
    assert errors(document) == []
    read_invoice(json.dumps(document).encode())
