"""What is locked can be installed on a domestic server: glibc 2.28, x86_64 and aarch64.

What the package index has stands in wheels.lock, which `make lock` writes; nothing is asked here.
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest
from shared_data import PROJECT

from tools import elf, wheels

LOCK = (PROJECT / "requirements.lock").read_text("utf-8")
RECORD = (PROJECT / "wheels.lock").read_text("utf-8")


def test_every_locked_library_has_a_wheel_for_both_processors_and_glibc_2_28() -> None:
    assert wheels.faults(LOCK, wheels.read(RECORD)) == [], "run `make lock`"
    assert len(wheels.read(RECORD)) == 2 * len(wheels.pins(LOCK))
    assert ("numpy", metadata.version("numpy")) in wheels.pins(LOCK)


@pytest.mark.parametrize(
    ("file", "needed"),
    [
        ("ink-1.0-py3-none-any.whl", (0, 0)),
        ("ink-1.0-cp311-cp311-manylinux_2_34_aarch64.whl", (2, 34)),
        ("ink-1.0-cp311-cp311-manylinux_2_27_aarch64.manylinux_2_28_aarch64.whl", (2, 27)),
        ("ink-1.0-cp311-cp311-manylinux2014_aarch64.whl", (2, 17)),
        ("ink-1.0-cp311-cp311-manylinux1_x86_64.whl", None),
        ("ink-1.0-cp311-cp311-musllinux_1_2_aarch64.whl", None),
        ("ink-1.0-cp311-cp311-linux_aarch64.whl", None),
        ("ink-1.0-1-cp311-cp311-manylinux_2_28_aarch64.whl", (2, 28)),
    ],
)
def test_a_wheel_tells_which_glibc_it_needs(file: str, needed: tuple[int, int] | None) -> None:
    assert wheels.glibc(file, "aarch64") == needed


@pytest.mark.parametrize(
    ("tags", "fits"),
    [
        ("cp311-cp311", True), ("cp39-abi3", True), ("cp310.cp311-abi3", True), ("py3-none", True),
        ("py2.py3-none", True), ("cp311-none", True), ("cp312-cp312", False), ("cp312-abi3", False),
        ("py2-none", False), ("cp311-cp311t", False), ("pp311-pypy311_pp73", False),
    ],
)  # fmt: skip
def test_a_wheel_tells_which_python_loads_it(tags: str, fits: bool) -> None:
    assert wheels.fits_python(f"ink-1.0-{tags}-manylinux_2_28_aarch64.whl") is fits


def test_what_a_server_could_not_install_is_named() -> None:
    lock = (
        f"ink==1.0 \\\n    --hash=sha256:{'a' * 64} \\\n    --hash=sha256:{'b' * 64}\n"
        f"quill==2.0 \\\n    --hash=sha256:{'c' * 64}\n"
    )
    record = [
        wheels.Wheel("aarch64", "a" * 64, "ink-1.0-cp311-cp311-manylinux_2_34_aarch64.whl"),
        wheels.Wheel("x86_64", "d" * 64, "ink-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"),
        wheels.Wheel("aarch64", "c" * 64, "quill-2.0-py3-none-any.whl"),
        wheels.Wheel("aarch64", "e" * 64, "blot-3.0-py3-none-any.whl"),
    ]
    assert wheels.faults(lock, record) == [
        "ink 1.0 on aarch64: ink-1.0-cp311-cp311-manylinux_2_34_aarch64.whl needs another system",
        "ink 1.0 on x86_64: ink-1.0-cp312-cp312-manylinux_2_28_x86_64.whl is not in the lock",
        "ink 1.0 on x86_64: ink-1.0-cp312-cp312-manylinux_2_28_x86_64.whl needs another Python",
        "quill 2.0 on x86_64: no wheel recorded",
        "blot 3.0: not in the lock",
    ]


def test_what_is_installed_needs_no_newer_glibc_than_its_wheels_say() -> None:
    """The symbols that compiled files ask for, against the tags that the lock trusts."""
    checked = 0
    for name, _ in wheels.pins(LOCK):
        one = metadata.distribution(name)
        tags = re.findall(r"^Tag: (\S+)$", one.read_text("WHEEL") or "", re.MULTILINE)
        promised = [wheels.glibc(tag, "x86_64") for tag in tags]
        limits = [limit for limit in promised if limit]
        files = [
            (str(path), content)
            for path in one.files or ()
            if re.search(r"\.so(\.[\d.]+)?$", path.name)
            for _, content in elf.compiled(Path(str(one.locate_file(path))))
        ]
        if files and limits:
            assert list(elf.faults(files, "x86_64", max(limits))) == [], name
            checked += len(files)
    if not checked:
        pytest.skip("这里装的程序库不是 x86_64 的，不查它们要的 glibc")
    assert checked > 30
