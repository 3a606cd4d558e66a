"""The full-text index, and how a question finds documents and passages in it."""
