"""Make the list of laws that the proofreader knows by name: ``drafting/checking/rules/laws.txt``.

    python -m tools.build_laws FOLDER

``FOLDER`` is that of ``tools.build_runs``. Names alone, of laws and of regulations of the State
Council in force; names of laws are free (Copyright Law of China, article 5).
"""

from __future__ import annotations

import re
import sqlite3
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "drafting" / "checking" / "rules" / "laws.txt"
WHOLE = "中华人民共和国"
_NAME = re.compile(r"[一-鿿、]{3,40}(?:法|条例|规定|办法|细则|规则)")
_QUERY = "SELECT name FROM law WHERE level IN ('法律', '行政法规') AND NOT expired"


def main(folder: str) -> None:
    """Write the list, sorted."""
    with sqlite3.connect(f"file:{Path(folder) / 'Laws' / 'db.sqlite3'}?mode=ro", uri=True) as base:
        names = {name.strip().removeprefix(WHOLE) for (name,) in base.execute(_QUERY)}
    kept = sorted(name for name in names if _NAME.fullmatch(name))
    TARGET.write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
