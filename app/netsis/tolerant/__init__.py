"""The tolerant parser: accepts every JSON spelling of a document, with exact values."""
