"""The tolerant parser: takes every JSON spelling of a document, and is exact in what it takes."""
