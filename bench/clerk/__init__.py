"""Clerks: one who uses the service over HTTP, for loads and breakdowns; one who makes three replies
in a real browser (``replies``), whose clicks, keys and time are counted (``hand``)."""

from bench.clerk.service import (
    PROPOSAL,
    ROOT,
    START_SECONDS,
    Answer,
    Clerk,
    Running,
    fields_of,
    free_port,
    running,
    start,
    stop,
)

__all__ = [
    "PROPOSAL",
    "ROOT",
    "START_SECONDS",
    "Answer",
    "Clerk",
    "Running",
    "fields_of",
    "free_port",
    "running",
    "start",
    "stop",
]
