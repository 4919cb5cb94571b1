"""An error without a sentence of its own says what to do; the engine's words are for support."""

from __future__ import annotations

import apsw
import psycopg

from app.store.engine import causes, postgres_causes


def test_an_unknown_error_of_sqlite() -> None:
    said = causes.cause_of(apsw.ProtocolError("locking\nprotocol" + 60 * "x"), 0, "/d/defter.db")
    assert said == (
        "veritabanı işi yarıda kesti; yeniden deneyin, yineleniyorsa denetleyin: toplu-fatura "
        f"denetle --veritabani /d/defter.db (destek için: locking protocol{'x' * 43}…)"
    )


def test_an_unknown_error_of_a_server() -> None:
    class Odd(psycopg.OperationalError):
        sqlstate = "58000"

    for error, words in (
        (Odd("system\nerror"), "58000 system error"), (ValueError("odd"), "odd"),
    ):  # fmt: skip
        assert postgres_causes.cause_of(error) == (
            "sunucu işi yarıda kesti; yeniden deneyin, yineleniyorsa sunucunun yöneticisine "
            f"bildirin (destek için: {words})"
        )
