"""A diff's document for people and tools: one module a format, each a function of the document alone."""
