"""What the product shows and hands out for all sample proposals, written to a file; run by itself.

    python without_model.py DATA OUT [absent]

``absent``: the rooms of the local model are not there. Whatever imports them gets nothing that can
be called, but for the few words by which the rest asks whether there is anything of a model.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

ROOMS = ("desk.local_model", "drafting.answering.local_model", "casework.matters.trials", "httpx")
"""What is torn out; ``web.case_pages.trials`` is what the pages know of it."""

MORE = ("", "?s=2", "?s=3", "/side?s=1", "/side?s=1&tab=facts", "/side?s=2&tab=reuse", "/reply")
_UNSTEADY = re.compile(
    rb'name="(?:csrf|base)" value="[^"]*"|\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?Z?'
    rb'|"(?:hash|base|csrf)": ?"[^"]+"'
)
"""A session's token, the clock, and what is reckoned from the clock."""

_PRINTED = (".pdf", ".zip", "/printing")
"""Made by LibreOffice of the same .docx, with the second in it."""


class _Absent(ModuleType):
    """A room that is not there."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or self.__name__ in ROOMS[:2]:
            raise AttributeError(name)  # of a room, what is asked for is a module of it

        def reached(*args: object, **more: object) -> None:
            raise AssertionError(f"{self.__name__}.{name}")

        return reached


def _words() -> Mapping[str, Mapping[str, Any]]:
    """What the rest asks of the rooms, answered as a house answers that has none."""

    def nothing(*args: object, **more: object) -> dict[str, Any]:
        return {}

    def unasked(*args: object, **more: object) -> str:
        return ""

    return {
        "drafting.answering.local_model.judging": {"in_order": lambda passages, uses: passages},
        "desk.local_model.taking": {"told": unasked},
        "casework.matters.trials": {"install": nothing},
        "web.case_pages.trials": {
            "TAB": "trial",
            "tabs": lambda known: known,
            "verdicts": nothing,
            "judged": nothing,
            "of_paper": lambda matter: None,
            "with_listing": lambda matter, reading: reading,
            "after": unasked,
            "wanted": lambda: False,
        },
    }


class _TornOut(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives an absent room for each name of one."""

    def find_spec(self, name: str, path: object, target: object = None) -> Any:
        if name.startswith(ROOMS) or name in _words():
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        for name, value in _words().get(module.__name__, {}).items():
            setattr(module, name, value)
        if module.__name__ == "desk.local_model.working":
            from casework import jobs
            from desk.jobs.nouns import Kind

            module.KIND = Kind(jobs.MODEL, "", object, lambda *_: iter(()), lambda _: 0)  # type: ignore[attr-defined, arg-type]


def _matters(folder: Path) -> Iterator[int]:
    """Enter each sample proposal and confirm its list."""
    import corpus
    from casework import Casework
    from drafting.intake import take_in
    from drafting.reading import read_file

    for path in sorted((Path(corpus.__file__).parent / "samples" / "proposals").glob("*.txt")):
        with Casework.open(folder) as casework:
            original = (path.name, path.read_bytes())
            made = casework.create_matter(take_in(read_file(path)), "default", original)
            found = casework.matter(made)
            assert found is not None
            casework.confirm_suggestions(made, found.draft, 1)
        yield made


def shown(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every page and file with its address, the answers of all matters being drafted."""
    from bench.clerk import fields_of
    from web import create_app

    app = create_app(folder)
    app.testing = False
    client = app.test_client()
    numbers = list(_matters(folder))
    for number in numbers:
        form = dict(fields_of(client.get(f"/matters/{number}").text))
        answer = client.post(f"/matters/{number}/answers/1", data={**form, "redraft": "all"})
        yield f"redrafted {number}", answer.data
    rules = [one for one in app.url_map.iter_rules() if "GET" in (one.methods or set())]
    plain = sorted(one.rule for one in rules if not one.arguments)
    ours = sorted(one.rule for one in rules if one.arguments == {"matter_id"})
    paths = [one for one in plain if not one.endswith("/health")]
    for number in numbers:
        paths += [one.replace("<id:matter_id>", str(number)) for one in ours]
        paths += [f"/matters/{number}{more}" for more in MORE]
    for path in paths:
        if not path.endswith(_PRINTED):
            yield path, _unpacked(client.get(path).data)
    yield from ((f"draft {number}", _draft(folder, number)) for number in numbers)


def _unpacked(data: bytes) -> bytes:
    """Return the parts of a file of Office, which has the second of its packing in it."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return b"".join(name.encode() + packed.read(name) for name in packed.namelist())


def _draft(folder: Path, number: int) -> bytes:
    from casework import Casework
    from drafting.model.serial import to_plain

    with Casework.open(folder) as casework:
        found = casework.matter(number)
    assert found is not None
    return json.dumps(to_plain(found.draft), ensure_ascii=False).encode()


def main(folder: str, out: str, *absent: str) -> None:
    """Write what is shown, the clock and the tokens of a session blotted out."""
    if absent:
        sys.meta_path.insert(0, _TornOut())
    told = {path: _UNSTEADY.sub(b"", data).hex() for path, data in shown(Path(folder))}
    Path(out).write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
