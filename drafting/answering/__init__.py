"""Answering: evidence for each suggestion, whose work it is, and the first draft made of it."""
