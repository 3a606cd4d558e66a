"""Exchange packages that are not right, and what nobody may do by one."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from dataclasses import replace

import pytest
from package_fakes import (
    ASKED,
    BUREAU,
    COMMITTEE,
    PAPER,
    Office,
    Opened,
    answer,
    asked,
    only,
    put_together,
    setting,
    taken_apart,
)

from casework.matters import materials
from casework.systems import packages
from desk.exchange.packages import manifest, taking
from desk.exchange.packages.manifest import Manifest, Of
from drafting.errors import UserError


def refused(office: Office, data: bytes) -> str:
    with pytest.raises(UserError) as caught:
        taking.receive(office.context, data)
    assert office.casework.matters() == []
    return caught.value.message


def test_an_old_package_is_not_taken_twice(committee: Office, bureau: Office, sent: bytes) -> None:
    bureau.take(sent)
    with pytest.raises(UserError, match="第 1 个包已经收过"):
        taking.receive(bureau.context, sent)
    with pytest.raises(UserError, match="是旧的或者另做的"):
        taking.receive(bureau.context, change(sent, made="2026-01-01T00:00:00Z"))
    assert len(bureau.casework.matters()) == 1


def test_a_missing_package_shows_and_is_waited_for_unless_told(
    committee: Office, bureau: Office, sent: bytes
) -> None:
    second = committee.out(asked(committee, replace(ASKED, item_no="13")))
    plan = taking.receive(bureau.context, second)
    assert plan.missing == (1,)
    with pytest.raises(UserError, match="前面的包没有收到：第 1 个"):
        taking.take(bureau.context, plan.package.id, setting)
    assert bureau.casework.matters() == []

    bureau.take(sent)
    again = taking.take(bureau.context, plan.package.id, setting)
    assert {one.verdict for one in again} == {"已收"}
    assert [one.item_no for one in bureau.casework.matters()] == ["12", "13"]


def test_a_lost_package_is_given_up_by_choice(
    committee: Office, bureau: Office, sent: bytes
) -> None:
    second = committee.out(asked(committee, replace(ASKED, item_no="13")))
    assert dict(bureau.take(second, despite_missing=True))["item"] == "已收"
    with pytest.raises(UserError, match="是旧的或者另做的"):
        taking.receive(bureau.context, sent)


def test_a_chain_that_does_not_fit_is_refused(
    committee: Office, bureau: Office, opened: Opened, sent: bytes
) -> None:
    """The committee was set up anew and counts from its own first package."""
    bureau.take(sent)
    anew = opened(COMMITTEE, BUREAU, name="anew")
    anew.out(asked(anew, replace(ASKED, item_no="50")))
    second = anew.out(asked(anew))
    with pytest.raises(UserError, match="接的不是本系统收到的第 1 个包"):
        taking.receive(bureau.context, second)


def change(data: bytes, **more: object) -> bytes:
    said, contents = taken_apart(data)
    return put_together({**said, **more}, contents)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"version": 2}, "交换包的版本是“2”"),
        ({"version": "1"}, "交换包的版本是“1”"),
        ({"format": "zip"}, "不是交换包的清单"),
        ({"to": "区教育局"}, "包是给“区教育局”的"),
        ({"from": "区财政局"}, "没有名为“区财政局”的接入系统"),
        ({"number": 0}, "写法不对（number）"),
        ({"number": "1"}, "写法不对（number）"),
        ({"made": "昨天"}, "写法不对（made）"),
        ({"previous": "abc"}, "写法不对（previous）"),
        ({"extra": 1}, "写法不对"),
        ({"entries": []}, "多了清单上没有的"),
    ],
)
def test_a_manifest_that_is_not_right_is_refused(
    bureau: Office, sent: bytes, more: dict[str, object], said: str
) -> None:
    assert said in refused(bureau, change(sent, **more))


def test_what_differs_from_the_manifest_is_refused(bureau: Office, sent: bytes) -> None:
    said, contents = taken_apart(sent)
    name = next(iter(contents))
    other = {**contents, name: contents[name] + b" "}
    fewer = {key: value for key, value in contents.items() if key != name}

    assert "与清单的校验值不符" in refused(bureau, put_together(said, other))
    assert f"少了清单上的“{name}”" in refused(bureau, put_together(said, fewer))
    assert "多了清单上没有的“x.txt”" in refused(
        bureau, put_together(said, contents, ("x.txt", b"x"))
    )
    with pytest.warns(UserWarning, match="Duplicate"):
        doubled = put_together(said, contents, (name, contents[name]))
    assert f"有两个“{name}”" in refused(bureau, doubled)
    assert "没有清单" in refused(bureau, without_manifest(contents))
    assert "不是交换包（.zip）" in refused(bureau, b"not a zip")
    assert "不是交换包（.zip）" in refused(bureau, sent[: len(sent) // 2])
    assert "不是有效的 JSON" in refused(bureau, with_manifest(b"{", contents))
    assert "不是有效的 JSON" in refused(bureau, with_manifest(b"[" * 100_000, contents))


def without_manifest(contents: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in contents.items():
            package.writestr(name, content)
    return stream.getvalue()


def with_manifest(raw: bytes, contents: dict[str, bytes]) -> bytes:
    return without_manifest({"manifest.json": raw, **contents})


@pytest.mark.parametrize(
    "name",
    [
        "../x.json",
        "/etc/passwd.json",
        "matters/../x.json",
        "C:/x.json",
        "matters\\x.json",
        "matters//x.json",
        "Matters/x.json",
        "提案.json",
        "x",
        ".hidden.json",
        "a/./b.json",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(bureau: Office, sent: bytes, name: str) -> None:
    said, contents = taken_apart(sent)
    entries = [{**said["entries"][0], "name": name}]  # type: ignore[index]
    only_one = {name: next(iter(contents.values()))}
    assert "写法不对（entries" in refused(
        bureau, put_together({**said, "entries": entries}, only_one)
    )


def test_a_bomb_is_not_opened(bureau: Office, sent: bytes) -> None:
    said, _ = taken_apart(sent)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        package.writestr("manifest.json", json.dumps(said))
        package.writestr("matters/1/item.json", b"\0" * 30_000_000)
    assert "压缩比异常" in refused(bureau, stream.getvalue())
    many = put_together(said, {f"x/{one}.json": b"" for one in range(2_100)})
    assert "超过 2000 个的上限" in refused(bureau, many)


def test_a_key_that_was_agreed_signs_and_nothing_else_is_taken(
    committee: Office, bureau: Office
) -> None:
    key = "两家当面约定的交换密钥，不止十六个字"
    ours = asked(committee)
    bureau.casework.run(packages.set_key, bureau.other.id, key)
    assert "没有签名" in refused(bureau, committee.out(ours))
    committee.casework.run(
        packages.set_key, committee.other.id, "另一把不同的密钥，也不止十六个字哪"
    )
    second = committee.out(asked(committee, replace(ASKED, item_no="13")))
    assert "签名不对" in refused(bureau, second)
    committee.casework.run(packages.set_key, committee.other.id, key)
    third = committee.out(asked(committee, replace(ASKED, item_no="14")))
    said, contents = taken_apart(third)
    changed = put_together({**said, "made": "2026-01-01T00:00:00Z"}, contents)
    assert "签名不对" in refused(bureau, changed)

    assert dict(bureau.take(third, despite_missing=True))["item"] == "已收"
    with pytest.raises(UserError, match="至少 16 个字符") as caught:
        bureau.casework.run(packages.set_key, bureau.other.id, "短")
    assert caught.value.field == "key"


def test_without_the_permission_nothing_is_registered_and_that_is_said_first(
    opened: Opened, sent: bytes
) -> None:
    bureau = opened(BUREAU, COMMITTEE, ("查状态",))
    plan = taking.receive(bureau.context, sent)
    assert [(one.entry.kind, one.verdict, one.why) for one in plan.lines][:2] == [
        ("item", "没有收", "“区政协提案委”没有“登记”这项权限。"),
        ("paper", "没有收", "“区政协提案委”没有“登记”这项权限。"),
    ]
    found = taking.take(bureau.context, plan.package.id, setting)
    assert {one.verdict for one in found} == {"没有收"}
    assert bureau.casework.matters() == []


def test_a_paper_with_a_secret_mark_is_not_registered_and_the_rest_is(
    committee: Office, bureau: Office
) -> None:
    secret = asked(committee, replace(ASKED, item_no="13", text=f"机密★10年\n{PAPER}"))
    data = committee.out(asked(committee), secret)

    plan = taking.receive(bureau.context, data)
    foreseen = {one.entry.kind: one for one in plan.lines if one.entry.matter == Of(secret)}
    assert [foreseen[kind].verdict for kind in ("item", "paper")] == ["没有收", "没有收"]
    assert "机密★10年" in foreseen["item"].why
    assert any("整个包随即从本机删除" in note for note in plan.notes)
    found = taking.take(bureau.context, plan.package.id, setting)
    of_secret = [one for one in found if one.entry.matter == Of(secret)]
    assert {one.verdict for one in of_secret} == {"没有收"}
    assert "密" in of_secret[0].why
    assert [one.item_no for one in bureau.casework.matters()] == ["12"]
    assert bureau.casework.run(packages.held, plan.package.id) == ("", b"")
    assert not list(bureau.casework.waiting.listed())
    receipt = json.loads(taken_apart(bureau.out(receipts_only=True))[1]["receipts/1.json"])
    assert {one["name"] for one in receipt["refused"]} == {one.entry.name for one in of_secret}


def test_nobody_writes_into_a_matter_that_was_not_given_to_him(
    committee: Office, bureau: Office, sent: bytes
) -> None:
    """A package claims to answer another matter of the committee's."""
    bureau.take(sent)
    kept = committee.casework.create_matter(replace(ASKED, item_no="99"), unit=COMMITTEE)
    answer(bureau, only(bureau))
    said, contents = taken_apart(bureau.out())
    entries = [
        {**one, "matter": {**one["matter"], "recipient": str(kept)}} if one["matter"] else one
        for one in said["entries"]  # type: ignore[attr-defined]
    ]
    data = put_together({**said, "entries": entries}, contents)

    verdicts = {kind: verdict for kind, verdict in committee.take(data) if kind != "receipt"}
    assert set(verdicts.values()) == {"没有收"}
    assert committee.casework.run(materials.listed, kept) == []


def test_a_matter_of_another_unit_is_not_given_out(committee: Office) -> None:
    other = committee.casework.create_matter(ASKED, unit="别的单位")
    with pytest.raises(UserError, match="不在“区政协提案委”的清单上"):
        committee.out(other)


def test_a_program_among_the_attachments_is_not_kept(committee: Office, bureau: Office) -> None:
    ours = asked(committee)
    bureau.take(committee.out(ours))
    entry = manifest.entry_of(
        "matters/1/attachment-1-1.exe", "attachment", b"MZ", "x.docx", Of(1, str(ours))
    )
    made = Manifest(
        *("drafting-exchange", 1, BUREAU, COMMITTEE, 1, None),
        *(dt.datetime.now(dt.UTC), (entry,)),
    )
    data, _ = manifest.packed(made, {entry.name: b"MZ"}, "")
    assert committee.take(data) == [("attachment", "没有收")]
    assert committee.casework.run(materials.listed, ours) == []
