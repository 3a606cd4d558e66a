"""Long texts wait for their turn, and say which it is; nobody's page waits with them."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from casework import Casework, jobs
from casework.matters import proofing
from desk.handing_in import check_work, long_texts
from desk.jobs.running import Worker
from drafting.checking import check_text
from drafting.errors import UserError
from drafting.model import Finding
from storage.configuration import Configuration
from web import create_app, stores

SENTENCE = "我局将进一步加强停车泊位建设，，保障群众出行。\n"
LONG = SENTENCE * (long_texts.LONG_CHARS // len(SENTENCE) + 1)


def queued(casework: Casework, author: str) -> int:
    return casework.proofing.keep_check(
        "粘贴的文字", "default", SENTENCE, (), author=author, waits=(None, ())
    )


def test_each_persons_first_comes_before_anybodys_second(tmp_path: Path) -> None:
    with Casework.open(tmp_path) as casework:
        first, second, third = (queued(casework, "沈知秋") for _ in range(3))
        other = queued(casework, "顾青岚")
        order = [first, other, second, third]
        assert [casework.run(proofing.ahead_of, one) for one in order] == [0, 1, 2, 3]
        done = []
        while (found := casework.run(jobs.claim, "一", jobs.CHECK)) is not None:
            done.append(int(found.key))
            casework.run(jobs.end, found)
        assert done == order
        assert casework.run(proofing.ahead_of, third) == 0


def test_one_person_has_so_many_waiting_and_no_more(tmp_path: Path) -> None:
    with Casework.open(tmp_path) as casework:
        for _ in range(proofing.MOST_WAITING):
            queued(casework, "沈知秋")
        with pytest.raises(UserError, match="您有 4 份还没有校对完"):
            queued(casework, "沈知秋")
        assert len(casework.proofing.checks("沈知秋")) == proofing.MOST_WAITING
        queued(casework, "顾青岚")


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser of a service whose background work does only what the test says."""
    monkeypatch.setattr(stores, "work_on", lambda _: None)
    return create_app(tmp_path).test_client()


def send(browser: FlaskClient, address: str, **form: str) -> tuple[int, str]:
    """Send a form; return the status and the page that it leads to."""
    token = browser.get("/check").text.split('name="csrf" value="')[1].split('"')[0]
    answer = browser.post(address, data={"csrf": token, **form})
    return answer.status_code, answer.headers.get("Location", "")


def test_a_long_text_waits_and_is_shown_once_it_is_read(
    browser: FlaskClient, tmp_path: Path
) -> None:
    (_, first), (_, second) = (send(browser, "/check", text=LONG) for _ in range(2))
    assert "正在校对" in browser.get(first).text
    assert "前面还有 1 件。" in browser.get(second).text
    # Nothing can be decided before.
    assert [send(browser, first, safe="1")[0], browser.get(f"{first}/download").status_code] == [
        409,
        409,
    ]
    work = Worker(tmp_path, Configuration(), [check_work.KIND])
    assert [work.step(), work.waits(), work.step(), work.step()] == [True, True, True, False]
    work.close()
    with Casework.open(tmp_path) as casework:
        found = casework.proofing.check(int(first.rsplit("/", 1)[1]), "")
        assert found is not None
        assert (found.text, found.waits) == (LONG.rstrip(), False)
        assert [(one.rule, one.start) for one in found.findings] == [
            (one.rule, one.start) for one in check_text(found.text)
        ]
    assert "，，" in browser.get(first).text


def test_a_text_that_took_too_much_says_so_and_can_be_read_again(
    browser: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> list[Finding]:
        raise UserError("校对用时超过上限（60 秒），已停止；请拆分后再试。")

    _, sent = send(browser, "/check", text=LONG)
    work = Worker(tmp_path, Configuration(), [check_work.KIND])
    with monkeypatch.context() as patch:
        patch.setattr(long_texts, "check", stopped)
        assert work.step()
    assert "没有校对完：校对用时超过上限（60 秒），已停止；请拆分后再试。" in browser.get(sent).text
    _, again = send(browser, f"{sent}/again")
    assert work.step()
    work.close()
    assert "，，" in browser.get(again).text


def test_a_short_text_is_read_at_once(browser: FlaskClient) -> None:
    _, sent = send(browser, "/check", text=SENTENCE)
    assert "，，" in browser.get(sent).text
