"""The books on SQLite: models, connection, queries, numbering, migrations."""
