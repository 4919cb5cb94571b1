"""An exported document's row in the journal names the document itself."""

from typing import Any

STATEMENTS = (
    'ALTER TABLE "transfer_item" ADD COLUMN "invoice_id" INTEGER REFERENCES "invoice" ("id")',
    # Rows from before have the number alone: where several documents have it, nothing is claimed.
    """
    UPDATE transfer_item SET invoice_id = (
        SELECT max(id) FROM invoice WHERE document_type IN (0, 1) AND number = source_number
        HAVING count(*) = 1
    )
    WHERE transfer_id IN (SELECT id FROM transfer WHERE direction = 'disari')
    """,
)


def up(_migrator: Any, database: Any) -> None:
    """Add the column, and fill it where it is sure."""
    for statement in STATEMENTS:
        database.execute_sql(statement)
