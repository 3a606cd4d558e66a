"""Ledgers by which items are assigned (交办表): a file → the items in its rows.

Pure functions: no database, no web. The meaning of each column comes from its name, or from a
person.
"""

from drafting.intake.ledger.columns import (
    LABELS,
    NEEDED,
    NO_COLUMNS,
    guess_of,
    key_of,
    keys_of,
    printed,
)
from drafting.intake.ledger.items import (
    Ledger,
    LedgerItem,
    understand_ledger,
    without_columns,
)
from drafting.intake.ledger.table import SUFFIXES, Table, columns_of, read_tables

__all__ = [
    "LABELS",
    "NEEDED",
    "NO_COLUMNS",
    "SUFFIXES",
    "Ledger",
    "LedgerItem",
    "Table",
    "columns_of",
    "guess_of",
    "key_of",
    "keys_of",
    "printed",
    "read_tables",
    "understand_ledger",
    "without_columns",
]
