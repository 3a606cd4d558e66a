"""A .docx as PDF, by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from drafting.model import UserError

FONTS_CONF = Path(__file__).with_name("fonts.conf")

_PROGRAMS = ("soffice", "libreoffice")
_MISSING = "本机没有安装 LibreOffice，不能生成 PDF；请先下载 Word 文件，用 Word 或 WPS 另存为 PDF。"
_TIMEOUT = "生成 PDF 超过 {seconds:.0f} 秒仍未完成，已停止；请稍后再试，或先下载 Word 文件。"
_FAILED = "LibreOffice 未能生成 PDF；请先下载 Word 文件，用 Word 或 WPS 另存为 PDF。"


def _program() -> str | None:
    return next((path for path in map(shutil.which, _PROGRAMS) if path), None)


def office_available() -> bool:
    """Whether LibreOffice can be called."""
    return _program() is not None


def to_pdf(docx: bytes, timeout: float = 60) -> bytes:
    """Convert one .docx. Raises :class:`UserError` where LibreOffice is missing or too slow."""
    return convert_all({"document": docx}, timeout)["document"]


def convert_all(files: Mapping[str, bytes], timeout: float = 60) -> dict[str, bytes]:
    """Convert several .docx in one start of LibreOffice; keys are plain names without suffix.

    Each call has a user profile of its own: conversions that share one fail when they overlap.
    Raises :class:`UserError` where LibreOffice is missing, fails, or runs longer than ``timeout``
    seconds.
    """
    program = _program()
    if program is None:
        raise UserError(_MISSING)
    with tempfile.TemporaryDirectory(prefix="drafting-pdf-") as folder:
        root = Path(folder)
        sources = []
        for name, data in files.items():
            source = root / f"{name}.docx"
            source.write_bytes(data)
            sources.append(str(source))
        command = [
            program,
            f"-env:UserInstallation={(root / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf",
            "--outdir",
            str(root / "out"),
            *sources,
        ]
        _run(command, root, timeout)
        results = {name: root / "out" / f"{name}.pdf" for name in files}
        if not all(path.is_file() for path in results.values()):
            raise UserError(_FAILED)
        return {name: path.read_bytes() for name, path in results.items()}


def _run(command: list[str], root: Path, timeout: float) -> None:
    environment = {
        **os.environ,
        "FONTCONFIG_FILE": str(FONTS_CONF),
        "HOME": str(root),
        "SAL_USE_VCLPLUGIN": "svp",
    }
    # A session of its own: soffice is a script that starts oosplash and soffice.bin, and all of
    # them must go when the time is up.
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            raise UserError(_TIMEOUT.format(seconds=timeout)) from None
