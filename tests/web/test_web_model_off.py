"""Without a model in the configuration the product is, to the byte, the one that knows of none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from shared_data import PROJECT
from web_fakes import Browser, set_up

from bench.clerk import fields_of
from casework import Casework, Matter
from desk.local_model.door import Door
from storage.configuration import Configuration, Model
from web import create_app

SHOWN = str(Path(__file__).with_name("without_model.py"))
PAGES = ("", "?s=2", "/side?s=1", "/side?s=1&tab=facts", "/intake", "/reply", "/check")


def _pages(browser: Browser, matter: Matter) -> Mapping[str, bytes]:
    return {page: browser.get(f"/matters/{matter.id}{page}").data for page in PAGES}


def _torn_out(*args: object, **more: object) -> None:
    raise AssertionError("the local model was reached")


def test_pages_and_drafts_reach_nothing_of_it(
    browser: Browser, matter: Matter, casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    def redrafted() -> list[tuple[str, str]]:
        sent = {**dict(fields_of(browser.get(f"/matters/{matter.id}").text)), "redraft": "one"}
        browser.post(f"/matters/{matter.id}/answers/1", sent)
        found = casework.matter(matter.id)
        assert found is not None
        return [(one.done, one.next_step) for one in found.draft.answers]

    drafts = redrafted()
    _pages(browser, matter)  # the message about it is shown once
    pages = _pages(browser, matter)
    for name in ("trials.shown", "trials._changes"):
        monkeypatch.setattr(f"web.case_pages.{name}", _torn_out)
    for name in ("ask", "first_model", "target"):
        monkeypatch.setattr(Door, name, _torn_out)
    for name in ("latest", "of_task", "by_number", "all_open", "ask"):
        monkeypatch.setattr(f"casework.matters.trials.{name}", _torn_out)
    assert _pages(browser, matter) == pages
    assert redrafted() == drafts


def test_a_model_that_nobody_asked_changes_no_export(
    tmp_path: Path, browser: Browser, matter: Matter
) -> None:
    dead = Configuration(model=Model(url="http://127.0.0.1:9/v1"))
    other = Browser(create_app(tmp_path, dead).test_client())
    page = f"/matters/{matter.id}/reply.docx"
    assert other.get(page).data == browser.get(page).data != b""


@pytest.mark.slow
def test_every_page_and_file_is_the_one_of_a_product_without_its_rooms(
    tmp_path: Path, fill: Callable[[Path], Path]
) -> None:
    """All pages, exports and drafts of the sample proposals, in two processes: in one the rooms of
    the model are not there at all."""
    tried = {"off": [], "absent": ["absent"]}
    running, here = {}, {**os.environ, "PYTHONPATH": str(PROJECT)}
    for name, more in tried.items():
        folder = set_up(fill(tmp_path / name))
        call = [sys.executable, SHOWN, str(folder), str(tmp_path / f"{name}.json"), *more]
        running[name] = subprocess.Popen(
            call, cwd=PROJECT, env=here, stderr=subprocess.PIPE, text=True
        )
    for name, one in running.items():
        assert (name, one.communicate()[1], one.returncode) == (name, "", 0)
    off, absent = (json.loads((tmp_path / f"{name}.json").read_text("utf-8")) for name in tried)
    assert len(off) > 200
    assert sum(address.endswith(".docx") for address in off) >= 12
    assert {address for address in off if off[address] != absent.get(address)} == set()
    assert off.keys() == absent.keys()


def test_nothing_of_it_is_imported() -> None:
    code = (
        "import sys, web.app, service.server\n"
        "print([one for one in ('httpx', 'rjieba', 'asyncio') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
