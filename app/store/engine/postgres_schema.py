"""The functions of a company's schema that stand in for SQLite's (see `operations`).

They are plain SQL, so that the planner inlines them: a call would take ten times as long. It
inlines only if nothing in the body is less stable than declared (concat() and to_json() are
STABLE). The few that have to catch an error are not plain SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

MARK: Final = "toplu_fatura"
"""The table whose single row marks a schema as ours, has its version, and is the write lock."""

_PLAIN: Final = (
    ("instr(text, text)", "integer", "SELECT strpos($1, $2)"),
    ("substr(text, bigint)", "text", "SELECT substr($1, $2::integer)"),
    ("max(bigint, bigint)", "bigint", "SELECT greatest($1, $2)"),
    ("unhex(text)", "bytea", "SELECT decode($1, 'hex')"),
    (
        "strftime(text, text)",  # only with '%d.%m.%Y'
        "text",
        "SELECT substr($2, 9, 2) || '.' || substr($2, 6, 2) || '.' || substr($2, 1, 4)",
    ),
    (
        "glob(text, text)",
        "boolean",
        r"""SELECT $2 ~ ('^(?:' || replace(replace(
            regexp_replace($1, '([.+(){}|\\$])', '\\\1', 'g'), '*', '.*'), '?', '.') || ')$')""",
    ),
    (
        "json_each(text)",
        "TABLE (key bigint, value bigint)",
        "SELECT place - 1, id FROM unnest(translate($1, '[]', '{}')::bigint[])"
        " WITH ORDINALITY AS ids (id, place)",
    ),
    (
        "json_each(text, text)",
        "TABLE (key bigint, value text)",
        "SELECT place - 1, item FROM jsonb_array_elements_text($1::jsonb)"
        " WITH ORDINALITY AS items (item, place)",
    ),
    ("json_text(text, text)", "text", "SELECT $1::json ->> substr($2, 3)"),
    ("json_text(text, integer)", "text", "SELECT $1::jsonb ->> $2"),
    ("json_part(text, text)", "text", "SELECT ($1::json -> substr($2, 3))::text"),
)
_STABLE: Final = (("json_quote(text)", "text", "SELECT to_json($1)::text"),)
_CATCHING: Final = (
    ("json_valid(text)", "boolean", "PERFORM $1::json; RETURN $1 IS NOT NULL;", "false"),
    ("date(text)", "text", "RETURN to_char($1::date, 'YYYY-MM-DD');", "NULL"),
    ("datetime(text)", "text", "RETURN to_char($1::timestamp, 'YYYY-MM-DD HH24:MI:SS');", "NULL"),
)
_OPERATORS: Final = (
    ("->>", "json_text", "text"),
    ("->>", "json_text", "integer"),
    ("->", "json_part", "text"),
)


def helper_statements(*, renewed: bool = False) -> list[str]:
    """Return the SQL that creates the functions of a new schema, or renews those of an older one.

    An older schema gets changes made here when it is migrated to the next version.
    """
    made = []
    create = "CREATE OR REPLACE" if renewed else "CREATE"
    for stability, functions in (("IMMUTABLE", _PLAIN), ("STABLE", _STABLE)):
        for signature, result, body in functions:
            made.append(
                f"{create} FUNCTION {signature} RETURNS {result} LANGUAGE sql {stability}"
                f" PARALLEL SAFE AS $body${body}$body$"
            )
    for signature, result, body, otherwise in _CATCHING:
        made.append(
            f"{create} FUNCTION {signature} RETURNS {result} LANGUAGE plpgsql IMMUTABLE"
            f" AS $body$BEGIN {body} EXCEPTION WHEN others THEN RETURN {otherwise}; END$body$"
        )
    for name, function, right in () if renewed else _OPERATORS:
        made.append(
            f"CREATE OPERATOR {name} (leftarg = text, rightarg = {right}, function = {function})"
        )
    return made


def new_schema(
    schema: str, statements: Iterable[str], version: int, *, is_new: bool
) -> Iterator[str]:
    """Yield the SQL that creates functions, tables, mark, and, if `is_new`, the quoted schema."""
    if is_new:
        yield f"CREATE SCHEMA {schema}"
    yield from helper_statements()
    yield from map(own_definition, statements)
    yield f"CREATE TABLE {MARK} (version BIGINT NOT NULL)"
    yield f"CREATE UNIQUE INDEX {MARK}_one ON {MARK} ((TRUE))"
    yield f"INSERT INTO {MARK} VALUES ({version})"


def own_definition(sql: str) -> str:
    """Return the statement that creates a table or index, without SQLite's own syntax."""
    sql = re.sub(r"\s*(STRICT)?[,\s]*(WITHOUT ROWID)?$", "", sql)
    return re.sub(r"CASE .*? END", r"(\g<0>)", sql) if " INDEX " in sql else sql
