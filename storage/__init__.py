"""What both databases share: how a connection is opened, and numbered migrations."""

from storage.connection import connect, is_busy, is_full, reason, transaction
from storage.migrations import Migration, migrate

__all__ = ["Migration", "connect", "is_busy", "is_full", "migrate", "reason", "transaction"]
