"""Read and write Netsis JSON: a tolerant reader, an exact writer, errors in Turkish."""
