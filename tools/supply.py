"""What a bundle consists of: an SBOM (CycloneDX 1.6) and the licences of all that is in it.

Both come from the wheels that the bundle carries, which the lock names by their hashes, so that
they tell of what is shipped and not of what happens to be installed where it was made.

    python -m tools.supply WHEELS LOCK OUT [INTERPRETER]

writes ``OUT/sbom.cdx.json`` and ``OUT/LICENSES/libraries/``. It fails where a wheel is not in the
lock, or nothing says under which licence it is. A wheel that carries no text of its licence has it
in the program's own ``LICENSES``, under its name; without one the bundle is refused too.

Within a component stand what its wheel carries: the libraries that its makers list in it (PEP 770:
crates of Rust, OpenSSL, libpq), each shared library as a file with its hash, and within the program
the data that is others' (``LICENSES/README.md``).

The interpreter's archive (scripts/interpreter/build.sh) lists in PARTS.tsv what it was built from:
name, version, licence, address and hash of the source, a line each, itself first; the texts of the
licences are in its ``licenses``.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tarfile
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import Parser
from pathlib import Path, PurePosixPath
from typing import Any

OWN = "reply-drafting-assistant"
_TEXT = re.compile(r"(?i)(^|/)(licen[cs]es?|copying|notice|authors)([._-][^/]*)?(/|$)")
_SHARED = re.compile(r"(\.libs/[^/]+|(^|/)lib[^/]+)\.so(\.[\d.]+)?$")
_ROW = re.compile(
    r"^\| (?P<files>`[^|]+) \| (?P<origin>[^|]+) \| (?P<licence>[^|]+) \|$", re.MULTILINE
)
_KEPT = ("type", "name", "version", "purl", "hashes", "licenses")
_ROOT, _TEXTS = "python", "licenses/"
_LONGEST = 60
"""What is longer in the field of the licence is its text, not its name."""


class SupplyError(Exception):
    """The bundle does not tell all that it has to."""


@dataclass(frozen=True, slots=True)
class Part:
    """A wheel or a part of the interpreter: its licence with the texts, and what it needs.

    ``purl`` is the address by which such lists name it; ``sha256`` is of the wheel, or of the
    source that the part was built from; ``within`` are components that it carries,
    ``files`` those of the program itself with their hashes.
    """

    file: str
    name: str
    version: str
    sha256: str
    licence: str
    texts: tuple[tuple[str, bytes], ...]
    needs: tuple[str, ...]
    purl: str
    within: tuple[dict[str, Any], ...] = ()
    files: tuple[tuple[str, str], ...] = ()


def is_text(name: str) -> bool:
    """Tell whether a file of a wheel's ``.dist-info`` is the text of a licence, by its name."""
    return bool(_TEXT.search(name))


def parts(wheels: Path) -> list[Part]:
    """Return the wheels in a folder, by name and version."""
    found = [_part(path) for path in sorted(wheels.glob("*.whl"))]
    return sorted(found, key=lambda one: (one.name, one.version, one.file))


def interpreter(archive: Path) -> list[Part]:
    """Return what the interpreter was built from, itself first; it needs all the others."""
    with tarfile.open(archive) as opened:
        contents = {
            member.name.partition("/")[2]: file.read()
            for member in opened
            if member.name.startswith((f"{_ROOT}/{_TEXTS}", f"{_ROOT}/PARTS.tsv"))
            and (file := opened.extractfile(member))
        }
    rows = [line.split("\t") for line in contents["PARTS.tsv"].decode("utf-8").splitlines()]
    others = tuple(name for name, *_ in rows[1:])
    return [
        Part(
            f"{archive.name}:{name}", name, version, sha256, licence,
            tuple(
                (path.removeprefix(f"{_TEXTS}{name}/"), text)
                for path, text in sorted(contents.items())
                if path.startswith(f"{_TEXTS}{name}/")
            ),
            () if at else others,
            purl,
        )
        for at, (name, version, licence, purl, sha256) in enumerate(rows)
    ]  # fmt: skip


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


def sbom(found: list[Part], brought: list[Part]) -> dict[str, Any]:
    """Return the list of components; the same wheels and interpreter give the same list."""
    own = next((one for one in found if one.name == OWN), None)
    libraries = [one for one in found if one is not own]
    names = {one.name: one.purl for one in [*found, *brought]}
    listed = [_component(same, "library") for same in _together(libraries)]
    listed += [_built(one, "library" if at else "platform") for at, one in enumerate(brought)]
    content = "\n".join(one.sha256 for one in [*found, *brought])
    needing = _needs([*found, *brought])
    if own is not None and brought:
        needing[own.purl].add(brought[0].name)
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
            for ref, needs in needing.items()
        ],
    }
    if own is not None:
        made["metadata"] = {"component": _component([own], "application")}
    return made


def write(found: list[Part], brought: list[Part], out: Path) -> None:
    """Write the list, the texts of the licences, and a table of them.

    Raises :class:`SupplyError` where there is no text of a licence.
    """
    libraries = [*(one for one in found if one.name != OWN), *brought]
    own = out / "LICENSES"
    bare = [one.file for one in libraries if not one.texts and not (own / _text_of(one)).exists()]
    if bare:
        raise SupplyError(f"no text of the licence: {', '.join(bare)}")
    found = [replace(one, within=_data(own, one)) if one.name == OWN else one for one in found]
    said = json.dumps(sbom(found, brought), ensure_ascii=False, indent=1) + "\n"
    (out / "sbom.cdx.json").write_text(said, "utf-8")
    folder = out / "LICENSES" / "libraries"
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for one in {f"{part.name} {part.version}": part for part in libraries}.values():
        for name, content in one.texts:
            path = folder / one.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        ours = (f"`../{_text_of(one)}`",) if (own / _text_of(one)).exists() else ()
        texts = "、".join((*((f"`{one.name}/`",) if one.texts else ()), *ours))
        rows.append(f"| {one.name} | {one.version} | {one.licence} | {texts} |")
    head = ["# Libraries in this bundle", "", "| library | version | licence | text |"]
    lines = [*head, "|---|---|---|---|", *rows]
    (folder / "README.md").write_text("\n".join(lines) + "\n", "utf-8")


def _data(licences: Path, own: Part) -> tuple[dict[str, Any], ...]:
    """Return the data of others that the program carries, as the table of its licences names it.

    Raises :class:`SupplyError` where the wheel has no such file.
    """
    table = licences / "README.md"
    listed = table.read_text("utf-8") if table.exists() else ""
    hashes = dict(own.files)
    found: list[dict[str, Any]] = []
    for row in _ROW.finditer(listed):
        for name in re.findall(r"`([^`]+)`", row["files"]):
            if name not in hashes:
                raise SupplyError(f"not in the program: {name}")
            found.append(
                {
                    "type": "data",
                    "name": name,
                    "description": row["origin"].strip(),
                    "hashes": [{"alg": "SHA-256", "content": hashes[name]}],
                    "licenses": [{"license": {"name": row["licence"].strip()}}],
                }
            )
    return tuple(found)


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
    within = {json.dumps(each, sort_keys=True): each for wheel in wheels for each in wheel.within}
    made: dict[str, Any] = {
        "type": kind,
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
        "hashes": [{"alg": "SHA-256", "content": wheel.sha256} for wheel in wheels],
        "licenses": [{"license": {"name": one.licence}}],
    }
    return {**made, "components": list(within.values())} if within else made


def _built(one: Part, kind: str) -> dict[str, Any]:
    """Return a part that was compiled into the interpreter: what is hashed is its source."""
    said = _component([one], kind)
    del said["hashes"]
    return {**said, "properties": [{"name": "source-sha256", "value": one.sha256}]}


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
        name = _normal(said["Name"])
        within = (*_listed(wheel, inside, name), *_shared(wheel))
        files = tuple(
            (one, hashlib.sha256(wheel.read(one)).hexdigest()) for one in names if name == OWN
        )
    needs = (re.split(r"[ ;<>=!~\[(]", one)[0] for one in said.get_all("Requires-Dist") or ())
    return Part(
        path.name,
        name,
        said["Version"],
        hashlib.sha256(path.read_bytes()).hexdigest(),
        _licence(said),
        texts,
        tuple(_normal(one) for one in needs),
        f"pkg:pypi/{name}@{said['Version']}",
        within,
        files,
    )


def _listed(wheel: zipfile.ZipFile, inside: str, own: str) -> Iterator[dict[str, Any]]:
    """Yield what the wheel's own lists say that was built into it, but itself and what only built
    it."""
    for name in sorted(wheel.namelist()):
        if name.startswith(f"{inside}sboms/") and name.endswith(".json"):
            for one in json.loads(wheel.read(name)).get("components", ()):
                if one.get("scope") != "excluded" and _normal(one["name"]) != own:
                    yield {key: one[key] for key in _KEPT if key in one}


def _shared(wheel: zipfile.ZipFile) -> Iterator[dict[str, Any]]:
    """Yield the shared libraries that a wheel carries beside its own modules."""
    for name in sorted(wheel.namelist()):
        if _SHARED.search(name):
            digest = hashlib.sha256(wheel.read(name)).hexdigest()
            yield {
                "type": "file",
                "name": name,
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }


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
    wheels, lock, out, *archive = (Path(one) for one in sys.argv[1:])
    found = parts(wheels)
    check(found, lock.read_text("utf-8"))
    write(found, [part for one in archive for part in interpreter(one)], out)


if __name__ == "__main__":
    main()
