"""What a bundle consists of: an SBOM (CycloneDX 1.6) and the licences of all that is in it.

Both come from the wheels that the bundle carries, which the lock names by their hashes, so that
they tell of what is shipped and not of what happens to be installed where it was made.

    python -m tools.supply WHEELS LOCK OUT

writes ``OUT/sbom.cdx.json`` and ``OUT/LICENSES/libraries/``. It fails where a wheel is not in the
lock, or nothing says under which licence it is. A wheel that carries no text of its licence has it
in the program's own ``LICENSES``, under its name; without one the bundle is refused too.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import uuid
import zipfile
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path, PurePosixPath
from typing import Any

OWN = "reply-drafting-assistant"
_TEXT = re.compile(r"(?i)(^|/)(licen[cs]es?|copying|notice|authors)([._-][^/]*)?(/|$)")
_LONGEST = 60
"""What is longer in the field of the licence is its text, not its name."""


class SupplyError(Exception):
    """The bundle does not tell all that it has to."""


@dataclass(frozen=True, slots=True)
class Part:
    """A wheel: whose it is, under which licence, with which texts, and what it needs."""

    file: str
    name: str
    version: str
    sha256: str
    licence: str
    texts: tuple[tuple[str, bytes], ...]
    needs: tuple[str, ...]

    @property
    def purl(self) -> str:
        """The address by which such lists name it."""
        return f"pkg:pypi/{self.name}@{self.version}"


def is_text(name: str) -> bool:
    """Tell whether a file of a wheel's ``.dist-info`` is the text of a licence, by its name."""
    return bool(_TEXT.search(name))


def parts(wheels: Path) -> list[Part]:
    """Return the wheels in a folder, by name and version."""
    found = [_part(path) for path in sorted(wheels.glob("*.whl"))]
    return sorted(found, key=lambda one: (one.name, one.version, one.file))


def check(found: list[Part], lock: str) -> None:
    """Raise :class:`SupplyError` for what the lock does not name, or nobody has licensed."""
    known = set(re.findall(r"sha256:([0-9a-f]{64})", lock))
    strange = [one.file for one in found if one.name != OWN and one.sha256 not in known]
    if strange:
        raise SupplyError(f"not in the lock: {', '.join(strange)}")
    bare = [one.file for one in found if not one.licence]
    if bare:
        raise SupplyError(f"no licence told: {', '.join(bare)}")
    locked = set(re.findall(r"^([a-z0-9][a-z0-9.-]*)==", lock, re.MULTILINE))
    lacking = locked - {one.name for one in found}
    if lacking:
        raise SupplyError(f"in the lock and not in the bundle: {', '.join(sorted(lacking))}")


def sbom(found: list[Part]) -> dict[str, Any]:
    """Return the list of components; the same wheels give the same list."""
    own = next((one for one in found if one.name == OWN), None)
    libraries = [one for one in found if one is not own]
    names = {one.name: one.purl for one in found}
    listed = [_component(same, "library") for same in _together(libraries)]
    content = "\n".join(one.sha256 for one in found)
    made: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}",
        "version": 1,
        "components": listed,
        "dependencies": [
            {
                "ref": ref,
                "dependsOn": sorted({names[need] for need in needs if need in names} - {ref}),
            }
            for ref, needs in _needs(found).items()
        ],
    }
    if own is not None:
        made["metadata"] = {"component": _component([own], "application")}
    return made


def write(found: list[Part], out: Path) -> None:
    """Write the list, the texts of the licences, and a table of them.

    Raises :class:`SupplyError` where there is no text of a licence.
    """
    libraries = [one for one in found if one.name != OWN]
    own = out / "LICENSES"
    bare = [one.file for one in libraries if not one.texts and not (own / _text_of(one)).exists()]
    if bare:
        raise SupplyError(f"no text of the licence: {', '.join(bare)}")
    said = json.dumps(sbom(found), ensure_ascii=False, indent=1) + "\n"
    (out / "sbom.cdx.json").write_text(said, "utf-8")
    folder = out / "LICENSES" / "libraries"
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for one in {f"{part.name} {part.version}": part for part in libraries}.values():
        for name, content in one.texts:
            path = folder / one.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        texts = f"`{one.name}/`" if one.texts else f"`../{_text_of(one)}`"
        rows.append(f"| {one.name} | {one.version} | {one.licence} | {texts} |")
    head = ["# Libraries in this bundle", "", "| library | version | licence | text |"]
    lines = [*head, "|---|---|---|---|", *rows]
    (folder / "README.md").write_text("\n".join(lines) + "\n", "utf-8")


def _text_of(one: Part) -> str:
    return f"{one.name}.txt"


def _needs(found: list[Part]) -> dict[str, set[str]]:
    """A library may have a wheel for each Python: what any of them needs."""
    needs: dict[str, set[str]] = {}
    for one in found:
        needs.setdefault(one.purl, set()).update(one.needs)
    return needs


def _together(found: list[Part]) -> list[list[Part]]:
    """Return the wheels of each library together."""
    same: dict[str, list[Part]] = {}
    for one in found:
        same.setdefault(one.purl, []).append(one)
    return list(same.values())


def _component(wheels: list[Part], kind: str) -> dict[str, Any]:
    one = wheels[0]
    return {
        "type": kind,
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
        "hashes": [{"alg": "SHA-256", "content": wheel.sha256} for wheel in wheels],
        "licenses": [{"license": {"name": one.licence}}],
    }


def _part(path: Path) -> Part:
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        about = next(name for name in names if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        said = Parser().parsestr(wheel.read(about).decode("utf-8"))
        inside = f"{PurePosixPath(about).parent}/"
        texts = tuple(
            (name.removeprefix(inside).removeprefix("licenses/"), wheel.read(name))
            for name in sorted(names)
            if name.startswith(inside)
            and not name.endswith("/")
            and ".." not in name
            and is_text(name.removeprefix(inside))
        )
    needs = (re.split(r"[ ;<>=!~\[(]", one)[0] for one in said.get_all("Requires-Dist") or ())
    return Part(
        path.name,
        _normal(said["Name"]),
        said["Version"],
        hashlib.sha256(path.read_bytes()).hexdigest(),
        _licence(said),
        texts,
        tuple(_normal(one) for one in needs),
    )


def _licence(said: Message) -> str:
    """Return the licence by its expression, its short name, or its classifiers."""
    named = said.get("License-Expression") or ""
    short = (said.get("License") or "").strip()
    if not named and 0 < len(short) <= _LONGEST:
        named = short
    classified = [
        one.rpartition("::")[2].strip()
        for one in said.get_all("Classifier") or ()
        if one.startswith("License ::")
    ]
    return str(named or " AND ".join(classified))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """Write both for the bundle."""
    wheels, lock, out = (Path(one) for one in sys.argv[1:])
    found = parts(wheels)
    check(found, lock.read_text("utf-8"))
    write(found, out)


if __name__ == "__main__":
    main()
