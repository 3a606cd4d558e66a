"""Answering: evidence for each suggestion, whose work it is, and the first draft made of it.

``passages`` tells what the archive holds for a suggestion; what becomes of it in an answer stands
here.
"""
