"""A document of the file as rows of our tables, the way plain Python would do it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

_HEADER = {
    "Sube_Kodu": "branch",
    "FATIRS_NO": "number",
    "CariKod": "account_code",
    "TIPI": "kind",
    "BRUTTUTAR": "gross_total",
    "KDV": "vat_total",
    "GENELTOPLAM": "grand_total",
    "DOVIZTIP": "currency",
    "PLA_KODU": "salesman",
    "Proje_Kodu": "project",
}
_LINE = {
    "Sira": "order",
    "StokKodu": "stock_code",
    "STra_GCMIK": "quantity",
    "Olcubr": "unit",
    "STra_BF": "gross_price",
    "STra_NF": "net_price",
    "STra_KDV": "vat_rate",
}
_TOP = {"FaturaTip", "Seri", "KalemAdedi", "FatUst", "Kalems"}


def header_row(document: dict[str, Any]) -> dict[str, Any]:
    """The row of the invoice, without its id."""
    header = document["FatUst"]
    number = header["FATIRS_NO"]
    prefix = number.rstrip("0123456789")
    return {
        "document_type": document["FaturaTip"],
        "series": document.get("Seri"),
        "prefix": prefix,
        "tail": int(number.removeprefix(prefix) or 0),
        "document_date": header["Tarih"][:10],
        "line_count": document["KalemAdedi"],
        "entered_on": date.today().isoformat(),
        "extra": _rest(document, _TOP),
        "header_extra": _rest(header, {*_HEADER, "Tip", "Tarih"}),
        **{column: header.get(name) for name, column in _HEADER.items()},
    }


def line_rows(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of its lines, without the id of the invoice."""
    for position, line in enumerate(document["Kalems"], 1):
        yield {
            "position": position,
            "extra": _rest(line, set(_LINE)),
            **{column: line.get(name) for name, column in _LINE.items()},
        }


def _rest(members: dict[str, Any], known: set[str]) -> str | None:
    """What has no column, as JSON; None where there is nothing."""
    left = {name: value for name, value in members.items() if name not in known}
    return json.dumps(left, ensure_ascii=False, default=float) if left else None
