"""LibreOffice where it is installed: one file format turned into another.

The one place that starts it. Each call has a user profile of its own, as conversions that share
one fail when they overlap; the profile forbids macros and sends every look-up on the net to a
closed port, so that a document cannot make the office fetch what it names.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from drafting.programs.resting import at_rest
from drafting.programs.running import find_program, run_program

PACKAGE = "libreoffice-writer-nogui"
"""The Debian package that brings it."""

FONTS_CONF = Path(__file__).with_name("fonts.conf")
"""What stands in for the faces that official documents name, where they are not installed."""

_PROGRAMS = ("soffice", "libreoffice")
_MEMORY_MB = 2048
# More than the cores at once only makes each slower and all of them late; a service has as many
# processes as cores, and each conversion takes some 200 MB.
_AT_ONCE = threading.BoundedSemaphore(1)

_SETTINGS = {
    "org.openoffice.Office.Common/Security/Scripting": {
        "MacroSecurityLevel": 3,
        "DisableMacrosExecution": "true",
        "BlockUntrustedRefererLinks": "true",
        "DisableActiveContent": "true",
    },
    "org.openoffice.Inet/Settings": {
        "ooInetProxyType": 2,
        "ooInetHTTPProxyName": "127.0.0.1",
        "ooInetHTTPProxyPort": 9,
        "ooInetHTTPSProxyName": "127.0.0.1",
        "ooInetHTTPSProxyPort": 9,
        "ooInetFTPProxyName": "127.0.0.1",
        "ooInetFTPProxyPort": 9,
    },
}


class Missing(Exception):
    """LibreOffice is not installed."""


def program() -> str | None:
    """Return the path of LibreOffice's program, where it is installed."""
    return find_program(*_PROGRAMS)


def available() -> bool:
    """Whether LibreOffice can be called."""
    return program() is not None


def convert(
    files: Mapping[str, bytes],
    target: str,
    *,
    timeout: float,
) -> dict[str, bytes]:
    """Turn ``files`` (by file name, whose ending tells the format) into ``target``: an ending,
    or an ending, a filter and its options (``pdf:writer_pdf_Export:{…}``).

    Returns the results by file name without ending; a file that could not be converted is left
    out. Raises :class:`Missing` where LibreOffice is not installed and
    :class:`drafting.programs.running.TooSlow` after ``timeout`` seconds.
    """
    found = program()
    if found is None:
        raise Missing
    with tempfile.TemporaryDirectory(prefix="drafting-office-") as folder:
        root = Path(folder)
        for name, data in files.items():
            (root / name).write_bytes(data)
        command = [
            found,
            f"-env:UserInstallation={write_profile(root).as_uri()}",
            *("--headless", "--norestore", "--convert-to", target),
            *("--outdir", str(root / "out")),
            *(str(root / name) for name in files),
        ]
        with at_rest(), _AT_ONCE:
            run_program(
                command, timeout=timeout, memory_mb=_MEMORY_MB, environment=surroundings(folder)
            )
        ending = target.partition(":")[0]
        results = {Path(name).stem: root / "out" / f"{Path(name).stem}.{ending}" for name in files}
        return {name: path.read_bytes() for name, path in results.items() if path.is_file()}


def surroundings(home: str) -> dict[str, str]:
    """Return the variables that LibreOffice is started with: no screen, our fonts, and ``home``,
    where all that it writes beside its results goes."""
    return {
        "HOME": home,
        "TMPDIR": home,
        "SAL_USE_VCLPLUGIN": "svp",
        "FONTCONFIG_FILE": str(FONTS_CONF),
        # One file after the other: arenas for threads would only keep what one of them left.
        "MALLOC_ARENA_MAX": "1",
    }


def write_profile(root: Path) -> Path:
    """Write the user profile below ``root`` and return its folder, ``profile``."""
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value>'
        "</prop></item>"
        for path, settings in _SETTINGS.items()
        for name, value in settings.items()
    )
    folder = root / "profile" / "user"
    folder.mkdir(parents=True)
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items'
        ' xmlns:oor="http://openoffice.org/2001/registry">' + items + "</oor:items>",
        encoding="utf-8",
    )
    return root / "profile"
