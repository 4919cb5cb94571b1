"""Netsis JSON in and out: a tolerant reader, an exact writer, errors in Turkish."""
