"""What a compiled file asks of its system, read from a small one that is made here by hand."""

from __future__ import annotations

import io
import struct
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tools import elf

AARCH64, X86_64 = 183, 62


def library(machine: int, needed: dict[str, tuple[str, ...]]) -> bytes:
    """Make a shared library that needs others and versions of their symbols: headers, no code."""
    strings, places = b"\0", {}
    for name in [one for library, versions in needed.items() for one in (library, *versions)]:
        places[name] = len(strings)
        strings += name.encode("ascii") + b"\0"
    wanted = {name: versions for name, versions in needed.items() if versions}
    records = b""
    for count, (name, versions) in enumerate(wanted.items(), 1):
        length = 16 * (len(versions) + 1)
        following = length if count < len(wanted) else 0
        records += struct.pack("<HHIII", 1, len(versions), places[name], 16, following)
        for at, version in enumerate(versions, 1):
            behind = 16 if at < len(versions) else 0
            records += struct.pack("<IHHII", 0, 0, 2, places[version], behind)
    begin, address = 64 + 2 * 56, 0x10000
    entries = [(elf._NEEDED, places[name]) for name in needed]
    size = 16 * (len(entries) + 4)
    entries += [(elf._STRTAB, address + begin + size)]
    entries += [(elf._VERNEED, address + begin + size + len(strings))] if wanted else []
    entries += [(elf._VERNEEDNUM, len(wanted))] if wanted else []
    dynamic = b"".join(struct.pack("<QQ", *one) for one in entries).ljust(size, b"\0")
    length = begin + size + len(strings) + len(records)
    head = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    head += struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    head += struct.pack("<IIQQQQQQ", 1, 5, 0, address, address, length, length, 4096)
    head += struct.pack("<IIQQQQQQ", 2, 6, begin, address + begin, 0, size, size, 8)
    return head + dynamic + strings + records


KIT = library(
    AARCH64,
    {
        "libc.so.6": ("GLIBC_2.17", "GLIBC_2.28", "GLIBC_2.4"),
        "libstdc++.so.6": ("CXXABI_1.3", "GLIBCXX_3.4.21"),
        "libink.so.3": (),
    },
)


def test_libraries_and_the_newest_versions_are_read() -> None:
    found = elf.needs(KIT)
    assert found == elf.Needs(
        "aarch64",
        frozenset({"libc.so.6", "libstdc++.so.6", "libink.so.3"}),
        {"GLIBC": (2, 28), "CXXABI": (1, 3), "GLIBCXX": (3, 4, 21)},
    )


def test_what_another_system_is_needed_for_is_named() -> None:
    newer = library(AARCH64, {"libc.so.6": ("GLIBC_2.34",), "libstdc++.so.6": ("GLIBCXX_3.4.29",)})
    other = library(X86_64, {"libc.so.6": ("GLIBC_2.2.5",)})
    files = [("a/kit.so", KIT), ("b/newer.so", newer), ("b/other.so", other)]
    assert list(elf.faults(files, "aarch64", (2, 28))) == [
        "a/kit.so: needs libink.so.3",
        "b/newer.so: needs GLIBC_2.34",
        "b/newer.so: needs GLIBCXX_3.4.29",
        "b/other.so: for x86_64",
    ]
    beside = [("a/kit.so", KIT), ("kit.libs/libink.so.3", library(AARCH64, {}))]
    assert list(elf.faults(beside, "aarch64", (2, 28))) == []
    assert list(elf.faults(beside, "aarch64", (2, 27))) == ["a/kit.so: needs GLIBC_2.28"]


def test_compiled_files_are_found_in_folders_wheels_and_archives(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "kit.so").write_bytes(KIT)
    (tmp_path / "folder" / "kit.py").write_text("ink = 1\n", "utf-8")
    (tmp_path / "folder" / "link.so").symlink_to("kit.so")
    with zipfile.ZipFile(tmp_path / "ink.whl", "w") as wheel:
        wheel.writestr("ink/kit.so", KIT)
        wheel.writestr("ink/__init__.py", "")
    with tarfile.open(tmp_path / "python.tar.gz", "w:gz") as archive:
        for name, content in (("python/bin/python3", KIT), ("python/os.py", b"")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    assert [
        (name.removeprefix(f"{tmp_path}/"), content) for name, content in elf.compiled(tmp_path)
    ] == [
        ("folder/kit.so", KIT),
        ("ink.whl:ink/kit.so", KIT),
        ("python.tar.gz:python/bin/python3", KIT),
    ]


@pytest.mark.parametrize("length", [4, 20, 64, 100, 200, 300])
def test_a_file_that_breaks_off_is_none(length: int) -> None:
    with pytest.raises(elf.ElfError):
        elf.needs(KIT[:length])


def test_this_interpreter_runs_on_this_system() -> None:
    found = elf.needs(Path(sys.executable).resolve().read_bytes())
    assert "libc.so.6" in found.libraries
    assert found.versions["GLIBC"] >= (2, 2)
