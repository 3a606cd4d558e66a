"""What the compiled files of a bundle ask of the system they are loaded on.

    python -m tools.elf --machine aarch64 [--glibc 2.28] FILE_OR_FOLDER...

reads programs and libraries, in folders, wheels and tar archives, and fails where one is for
another processor, needs a newer glibc, libstdc++ or libgcc, or a library that is neither beside it
nor on every system. The symbol versions a file needs are what a loader refuses it for on an old
system: read here, they tell of files that nothing here can start.
"""

from __future__ import annotations

import argparse
import re
import struct
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MACHINES = {62: "x86_64", 183: "aarch64"}
COMMON = frozenset(
    "libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libutil.so.1 libresolv.so.2"
    " libgcc_s.so.1 libstdc++.so.6 libz.so.1 ld-linux-x86-64.so.2 ld-linux-aarch64.so.1".split()
)
"""Libraries of every system with glibc; manylinux wheels (PEP 600) take them for granted too."""

OLDEST = {"GLIBCXX": (3, 4, 24), "CXXABI": (1, 3, 11), "GCC": (7, 0, 0)}
"""What 麒麟 V10 has: the run-time of gcc 7.3."""

_MAGIC = b"\x7fELF"
_LOAD, _DYNAMIC = 1, 2
_NEEDED, _STRTAB, _VERNEED, _VERNEEDNUM = 1, 5, 0x6FFFFFFE, 0x6FFFFFFF


class ElfError(ValueError):
    """A file that begins as a compiled one and is none that can be read."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What one compiled file asks for: processor, libraries, and versions by family of symbols."""

    machine: str
    libraries: frozenset[str]
    versions: dict[str, tuple[int, ...]]


def needs(content: bytes) -> Needs:
    """Read a 64-bit little-endian ELF file; raises :class:`ElfError` where it is none."""
    try:
        return _needs(content)
    except (struct.error, IndexError, KeyError, ValueError) as error:
        raise ElfError("not a 64-bit ELF file that can be read") from error


def _needs(content: bytes) -> Needs:
    if content[:6] != _MAGIC + b"\x02\x01":
        raise ElfError("not a 64-bit little-endian ELF file")
    image = _Image(content)
    machine = MACHINES[image.number("<H", 18)]
    tags = image.dynamic()
    if _STRTAB not in tags:
        return Needs(machine, frozenset(), {})
    strings = image.place(tags[_STRTAB][0])
    versions: dict[str, tuple[int, ...]] = {}
    for name in (image.text(strings + at) for at in image.version_names(tags)):
        family, _, number = name.partition("_")
        if re.fullmatch(r"[\d.]+", number):
            found = tuple(map(int, number.split(".")))
            versions[family] = max(versions.get(family, ()), found)
    libraries = (image.text(strings + at) for at in tags.get(_NEEDED, []))
    return Needs(machine, frozenset(libraries), versions)


@dataclass(frozen=True, slots=True)
class _Image:
    """A file as its loader sees it: by the program headers, which no stripping removes."""

    content: bytes

    def number(self, form: str, at: int) -> int:
        return int(struct.unpack_from(form, self.content, at)[0])

    def text(self, at: int) -> str:
        return self.content[at : self.content.index(b"\0", at)].decode("ascii")

    def segments(self, wanted: int) -> Iterator[tuple[int, int, int]]:
        """Return where the segments of a kind begin, in the file and in memory, and how long."""
        start, size = self.number("<Q", 32), self.number("<H", 54)
        for one in range(self.number("<H", 56)):
            found = struct.unpack_from("<IIQQQQ", self.content, start + size * one)
            if found[0] == wanted:
                yield found[2], found[3], found[5]

    def place(self, address: int) -> int:
        """Return where in the file an address in memory is."""
        for offset, begin, length in self.segments(_LOAD):
            if begin <= address < begin + length:
                return address - begin + offset
        raise ElfError("an address outside of the file")

    def dynamic(self) -> dict[int, list[int]]:
        """Return the entries of the dynamic section by tag."""
        tags: dict[int, list[int]] = {}
        for offset, _, length in self.segments(_DYNAMIC):
            for tag, value in struct.iter_unpack("<QQ", self.content[offset : offset + length]):
                tags.setdefault(tag, []).append(value)
        return tags

    def version_names(self, tags: dict[int, list[int]]) -> Iterator[int]:
        """Return where in the strings the names of the needed versions are."""
        if _VERNEED not in tags:
            return
        at = self.place(tags[_VERNEED][0])
        for _ in range(tags[_VERNEEDNUM][0]):
            one = at + self.number("<I", at + 8)
            for _ in range(self.number("<H", at + 2)):
                yield self.number("<I", one + 8)
                one += self.number("<I", one + 12)
            at += self.number("<I", at + 12)


def compiled(path: Path) -> Iterator[tuple[str, bytes]]:
    """Return the ELF files in a folder, a wheel or a tar archive, with their places."""
    return ((name, content) for name, content in _files(path) if content.startswith(_MAGIC))


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        inside = (one for one in sorted(path.rglob("*")) if one.is_file() and not one.is_symlink())
        for one in inside:
            yield from _files(one)
    elif path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for name in wheel.namelist():
                yield f"{path.name}:{name}", wheel.read(name)
    elif path.name.endswith(".tar.gz"):
        with tarfile.open(path) as archive:
            for member in archive:
                if file := archive.extractfile(member):
                    yield f"{path.name}:{member.name}", file.read()
    else:
        yield str(path), path.read_bytes()


def faults(files: list[tuple[str, bytes]], machine: str, glibc: tuple[int, ...]) -> Iterator[str]:
    """Return why these files cannot be loaded on a system of that kind."""
    beside = {PurePosixPath(name.rpartition(":")[2]).name for name, _ in files}
    limits: dict[str, tuple[int, ...]] = {"GLIBC": glibc, **OLDEST}
    for name, content in files:
        found = needs(content)
        if found.machine != machine:
            yield f"{name}: for {found.machine}"
            continue
        for family, version in sorted(found.versions.items()):
            if family in limits and version > limits[family]:
                yield f"{name}: needs {family}_{'.'.join(map(str, version))}"
        for library in sorted(found.libraries - COMMON - beside):
            yield f"{name}: needs {library}"


def highest(files: list[tuple[str, bytes]]) -> dict[str, tuple[int, ...]]:
    """Return the newest version of each family that any of the files needs."""
    found: dict[str, tuple[int, ...]] = {}
    for _, content in files:
        for family, version in needs(content).versions.items():
            found[family] = max(found.get(family, ()), version)
    return found


def main() -> None:
    """Check what is named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--machine", choices=sorted(MACHINES.values()), required=True)
    parser.add_argument("--glibc", default="2.28")
    parser.add_argument("paths", nargs="+", type=Path)
    asked = parser.parse_args()
    files = [one for path in asked.paths for one in compiled(path)]
    found = list(faults(files, asked.machine, tuple(map(int, asked.glibc.split(".")))))
    if found or not files:
        sys.exit("\n".join(found) or "no compiled file")
    said = ", ".join(
        f"{family}_{'.'.join(map(str, version))}"
        for family, version in sorted(highest(files).items())
        if family in {"GLIBC", *OLDEST}
    )
    print(f"{len(files)} compiled files for {asked.machine}: {said}")


if __name__ == "__main__":
    main()
