"""Run the benchmarks named on the command line, or all of them."""

from __future__ import annotations

import importlib
import importlib.util
import sys

from bench import search_million

BENCHMARKS = {
    "start": "bench.start",
    "reading": "bench.reading_fields",
    "intake": "bench.intake",
    "scans": "bench.scans",
    "import": "bench.importing",
    "ledger": "bench.ledger",
    "versions": "bench.versions",
    "evidence": "bench.evidence",
    "bad-input": "bench.bad_input",
    "search": "bench.search",
    "index": "bench.search_index",
    "index-memory": "bench.index_memory",
    "units": "bench.units",
    "export": "bench.export",
    "word-lines": "bench.word_lines",
    "printing": "bench.printing",
    "check": "bench.check",
    "spelling": "bench.spelling",
    "pages": "bench.pages",
    "load": "bench.load",
    "shares": "bench.shares",
    "slopes": "bench.slopes",
    "scale": "bench.scale",
    "model": "bench.model",
    "model-kinds": "bench.model_kinds",
    "model-recorded": "bench.model_recorded",
    "clerk": "bench.clerk.replies",
    "coverage": "bench.coverage",
}


def main(names: list[str]) -> int:
    """Run each benchmark's ``main()``; return 2 for a name that is none.

    What stands behind ``coverage`` are folders; ``search --million`` is one of its own.
    """
    if names == ["search", "--million"]:
        search_million.main()
        return 0
    if names[:1] == ["coverage"]:
        return int(importlib.import_module(BENCHMARKS["coverage"]).main(names[1:]))
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"没有这项测量：{'、'.join(unknown)}；可选：{'、'.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        if importlib.util.find_spec(BENCHMARKS[name]) is not None:
            importlib.import_module(BENCHMARKS[name]).main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
