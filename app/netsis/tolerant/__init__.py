"""The careful parser: any spelling of a document that is JSON, exact in what it takes."""
