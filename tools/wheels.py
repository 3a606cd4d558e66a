"""Which wheel of each locked library an office's server installs, by kind of processor.

    python -m tools.wheels requirements.lock wheels.lock

asks the package index (through pip, which downloads nothing for it) and writes a line for each
wheel: processor, hash, file. A test compares the lines with the lock, so that a library that has no
wheel for a domestic server shows when it is locked, not when somebody there installs it: 麒麟 V10
and 统信 20 have glibc 2.28, on x86_64 and aarch64, and no compiler.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MACHINES = ("aarch64", "x86_64")
GLIBC = (2, 28)
PYTHON = (3, 11)
_NAMED = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}
_PLATFORM = re.compile(
    r"(?P<named>manylinux(?:1|2010|2014)|manylinux_(?P<glibc>\d+_\d+))_(?P<machine>\w+)"
)
_PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)", re.M)


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel that is installed on one kind of processor."""

    machine: str
    sha256: str
    file: str

    @property
    def name(self) -> str:
        """The library's name, as the lock writes it."""
        return re.sub(r"[-_.]+", "-", self.file.split("-")[0]).lower()

    @property
    def version(self) -> str:
        """The library's version."""
        return self.file.split("-")[1]


def glibc(file: str, machine: str) -> tuple[int, int] | None:
    """Return the glibc that a wheel needs on a processor; (0, 0) for none, ``None`` if unfit."""
    found = []
    for one in file.removesuffix(".whl").split("-")[-1].split("."):
        tag = _PLATFORM.fullmatch(one)
        if one == "any":
            return (0, 0)
        if tag and tag["machine"] == machine:
            major, minor = (tag["glibc"] or "0_0").split("_")
            found.append(_NAMED.get(tag["named"]) or (int(major), int(minor)))
    return min(found, default=None)


def fits_python(file: str) -> bool:
    """Tell whether the interpreter of the bundle can load a wheel."""
    pythons, abis = (tags.split(".") for tags in file.removesuffix(".whl").split("-")[-3:-1])
    major, minor = PYTHON
    if f"cp{major}{minor}" in pythons and {f"cp{major}{minor}", "none"} & {*abis}:
        return True
    if "abi3" in abis:
        since = [int(one[3:]) for one in pythons if re.fullmatch(r"cp3\d+", one)]
        return any(one <= minor for one in since)
    return "none" in abis and f"py{major}" in pythons


def pins(lock: str) -> dict[tuple[str, str], frozenset[str]]:
    """Return the hashes of a lock by library and version."""
    return {
        (name, version): frozenset(re.findall(r"sha256:(\w+)", hashes))
        for name, version, hashes in _PIN.findall(lock)
    }


def faults(lock: str, wheels: Iterable[Wheel]) -> list[str]:
    """Return what a domestic server could not install, a line for each library and processor."""
    known = {(one.machine, one.name, one.version): one for one in wheels}
    locked = pins(lock)
    found = [
        said
        for (name, version), hashes in locked.items()
        for machine in MACHINES
        for said in _fault(name, version, hashes, machine, known.get((machine, name, version)))
    ]
    strange = {(name, version) for _, name, version in known} - locked.keys()
    return found + [f"{name} {version}: not in the lock" for name, version in sorted(strange)]


def _fault(
    name: str, version: str, hashes: frozenset[str], machine: str, wheel: Wheel | None
) -> Iterator[str]:
    said = f"{name} {version} on {machine}"
    if wheel is None:
        yield f"{said}: no wheel recorded"
        return
    needs = glibc(wheel.file, machine)
    if wheel.sha256 not in hashes:
        yield f"{said}: {wheel.file} is not in the lock"
    if needs is None or needs > GLIBC:
        yield f"{said}: {wheel.file} needs another system"
    if not fits_python(wheel.file):
        yield f"{said}: {wheel.file} needs another Python"


def read(text: str) -> list[Wheel]:
    """Return the wheels of a record."""
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return [Wheel(machine, sha256, file) for machine, sha256, file in lines]


def platforms(machine: str) -> list[str]:
    """Return the platforms whose wheels a server of that processor and glibc 2.28 can load."""
    numbered = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC[1], 4, -1)]
    return [*numbered, f"manylinux2014_{machine}"]


def ask(lock: Path, machine: str) -> list[Wheel]:
    """Ask the package index; ends with pip's own message where a library has no such wheel."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [
            sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check",
            "--dry-run", "--ignore-installed", "--no-deps", "--only-binary=:all:",
            "--target", folder, "--python-version", ".".join(map(str, PYTHON)),
            "--implementation", "cp", "--report", str(report), "--require-hashes", "-r", str(lock),
        ]  # fmt: skip
        for platform in platforms(machine):
            command += ["--platform", platform]
        subprocess.run(command, check=True)
        made = json.loads(report.read_text("utf-8"))
    return [
        Wheel(
            machine,
            one["download_info"]["archive_info"]["hashes"]["sha256"],
            one["download_info"]["url"].rpartition("/")[2],
        )
        for one in made["install"]
    ]


def main() -> None:
    """Write the record anew."""
    lock, out = Path(sys.argv[1]), Path(sys.argv[2])
    wheels = [one for machine in MACHINES for one in ask(lock, machine)]
    found = faults(lock.read_text("utf-8"), wheels)
    if found:
        sys.exit("\n".join(found))
    lines = [f"{one.machine} {one.sha256} {one.file}" for one in wheels]
    head = "# Written by `make lock`: what servers with glibc 2.28 install (tools/wheels.py)."
    out.write_text("\n".join([head, *sorted(lines)]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
