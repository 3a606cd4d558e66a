"""What comes out of PostgreSQL, in the shapes that SQLite gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from psycopg.adapt import AdaptersMap, Buffer, Dumper, Loader
from psycopg.pq import Format
from psycopg.types.numeric import Int2BinaryDumper, NumericBinaryLoader
from psycopg.types.string import StrDumperUnknown as StrDumper

if TYPE_CHECKING:
    from psycopg import Cursor


class PostgresRow:
    """A row: values by place and by name, as ``sqlite3.Row``."""

    __slots__ = ("_places", "_values")

    def __init__(self, values: Sequence[Any], places: dict[str, int]) -> None:
        """Hold ``values``; ``places`` tells the place of each column's name."""
        self._values = tuple(values)
        self._places = places

    def __getitem__(self, key: int | str, /) -> Any:
        """Return a value; IndexError where there is no such column, as SQLite's row has it."""
        if isinstance(key, str):
            place = self._places.get(key)
            if place is None:
                raise IndexError(f"no column {key}")
            return self._values[place]
        return self._values[key]

    def __iter__(self) -> Iterator[Any]:
        """Yield the values."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self._values)

    def keys(self) -> list[str]:
        """Return the columns' names."""
        return list(self._places)

    def __eq__(self, other: object) -> bool:
        """Two rows are the same where names and values are."""
        if not isinstance(other, PostgresRow):
            return NotImplemented
        return self._values == other._values and self._places == other._places

    def __hash__(self) -> int:
        """Hash the values."""
        return hash(self._values)

    def __repr__(self) -> str:
        """Show names and values."""
        return f"PostgresRow({dict(zip(self._places, self._values, strict=True))})"


class RowMaker:
    """Makes rows of what a cursor found: psycopg's protocol of row factories."""

    def __init__(self, cursor: Cursor[Any]) -> None:
        """Take the columns' names from ``cursor``."""
        self._places = {one.name: place for place, one in enumerate(cursor.description or ())}

    def __call__(self, values: Sequence[Any]) -> PostgresRow:
        """Return the row of ``values``."""
        return PostgresRow(values, self._places)


class _FlagDumper(Dumper):
    """True and false go into columns of numbers: SQLite has no others."""

    oid = Int2BinaryDumper.oid
    format = Format.BINARY

    def dump(self, obj: bool) -> bytes:
        return b"\x00\x01" if obj else b"\x00\x00"


class _TextDumper(StrDumper):
    """PostgreSQL has no room in a text for NUL, a character that nobody sees: it is left out."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "") if "\0" in obj else obj)


class _FlagLoader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> int:
        return 1 if bytes(data) == b"\x01" else 0


class _SumLoader(NumericBinaryLoader):
    """A sum of whole numbers is ``numeric`` here: whole it stays."""

    def load(self, data: Buffer) -> Any:
        found: Decimal = super().load(data)
        return int(found) if found == found.to_integral_value() else float(found)


def register(adapters: AdaptersMap) -> None:
    """Have ``adapters`` give and take what SQLite does."""
    adapters.register_dumper(bool, _FlagDumper)
    adapters.register_dumper(str, _TextDumper)
    adapters.register_loader("bool", _FlagLoader)
    adapters.register_loader("numeric", _SumLoader)
