"""Writes ``docs/openapi.json``: the description of the exchange interface as a file.

    python -m tools.build_openapi

The service gives the same under ``/api/v1/openapi.json``; a test compares the two.
"""

from __future__ import annotations

from pathlib import Path

from web.exchange_pages.description import as_json

TARGET = Path(__file__).parent.parent / "docs" / "openapi.json"

if __name__ == "__main__":
    TARGET.write_bytes(as_json())
