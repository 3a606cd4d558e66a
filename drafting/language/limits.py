"""The limits on the size of one file or one pasted text, for all inputs."""

FILE_MAX_BYTES = 20 * 1024 * 1024
"""A file: what a scanned paper of some hundred pages takes, and no more memory than a page has."""

PAPER_MAX_CHARS = 300_000
"""A text pasted or typed: ten times the longest paper met."""


def megabytes(size: int) -> int:
    """Return ``size`` in MB as a message says it."""
    return size // (1024 * 1024)
