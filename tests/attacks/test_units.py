"""A unit keeps what is its own, whatever another one does that works beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from attack_fakes import OTHER, PROPOSAL, SECRET, UNIT, Sender, enter, set_up, words
from flask import Flask
from procedure_fakes import whole
from web_fakes import intake_form

from casework import Casework
from casework.people.access import OF_UNITS
from casework.procedure import numbers
from drafting.errors import UserError
from drafting.model import Draft, Proposal
from drafting.profile import Profile, load_profile
from templates import PROFILES
from web import create_app
from web.access.rules import RULES

THIRD = "青岚区住建局"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    made = create_app(set_up(tmp_path))
    made.testing = False
    return made


@pytest.fixture
def casework(app: Flask) -> Casework:
    opened = Casework.open(app.config["DATA_FOLDER"])
    people = opened.people
    people.add("管理员", SECRET, unit=UNIT, roles=["系统管理"])
    people.add("甲员", SECRET, unit=UNIT, roles=["经办", "核稿", "签发"])
    people.add("乙员", SECRET, unit=OTHER, roles=["经办", "核稿", "签发"])
    people.add("丙员", SECRET, unit=THIRD, roles=["经办"])
    people.add("督办员", SECRET, unit="青岚区政府督查室", roles=["督办"])
    return opened


@pytest.fixture
def come_in(app: Flask) -> Callable[[str], Sender]:
    return lambda name: Sender(*enter(app, name))


# ------------------------------------------------------------------ whose the matter is


def test_an_added_unit_cannot_put_out_the_owner(
    casework: Casework, come_in: Callable[[str], Sender]
) -> None:
    matter = casework.create_matter(PROPOSAL, author="甲员", unit=UNIT)
    path = f"/matters/{matter}/units"
    assert come_in("甲员").post(path, {"unit": [UNIT, OTHER]}).status_code == 302

    guest = come_in("乙员")
    alone = guest.post(path, {"unit": [OTHER]})
    assert (alone.status_code, casework.units_of(matter)) == (400, {UNIT, OTHER})
    assert f"这件提案归{UNIT}，只有督办部门可以转走。" in words(alone)
    more = guest.post(path, {"unit": [UNIT, OTHER, THIRD]})
    assert (more.status_code, casework.units_of(matter)) == (302, {UNIT, OTHER, THIRD})
    fewer = guest.post(path, {"unit": [UNIT, OTHER]})
    assert (fewer.status_code, casework.units_of(matter)) == (400, {UNIT, OTHER, THIRD})

    assert come_in("甲员").post(path, {"unit": [UNIT]}).status_code == 302
    assert casework.units_of(matter) == {UNIT}
    given = come_in("督办员").post(path, {"unit": [OTHER, THIRD]})
    assert (given.status_code, casework.units_of(matter)) == (302, {OTHER, THIRD})
    # Handed away by 督办: now it is the new ones' own, and neither puts the other out.
    assert come_in("乙员").post(path, {"unit": [OTHER]}).status_code == 400


def test_an_added_unit_does_not_take_the_matter_off_the_list(
    casework: Casework, come_in: Callable[[str], Sender]
) -> None:
    matter = casework.create_matter(PROPOSAL, author="甲员", unit=UNIT)
    casework.set_units(matter, [UNIT, OTHER])
    guest, owner = come_in("乙员"), come_in("甲员")
    refused = guest.post(f"/matters/{matter}/delete")
    assert (refused.status_code, casework.matter(matter) is None) == (400, False)
    assert f"这件提案归{UNIT}，由该单位删除、恢复。" in words(refused)
    assert owner.post(f"/matters/{matter}/delete").status_code == 302
    assert guest.post(f"/matters/{matter}/restore").status_code == 400
    assert casework.matter(matter) is None
    assert owner.post(f"/matters/{matter}/restore").status_code == 302
    assert casework.matter(matter) is not None


# ------------------------------------------------------------------ in whose name, by whose number


def test_an_added_unit_does_not_change_in_whose_name_is_answered(
    app: Flask, casework: Casework, come_in: Callable[[str], Sender]
) -> None:
    folder = app.config["DATA_FOLDER"] / "profiles"
    for path in folder.glob("*.toml"):
        path.unlink()
    _profile(folder, "jia", UNIT, "青城管函")
    _profile(folder, "yi", OTHER, "青教函")
    matter = casework.create_matter(PROPOSAL, "jia", author="甲员", unit=UNIT)
    casework.set_units(matter, [UNIT, OTHER])
    guest = come_in("乙员")
    read = casework.matter(matter)
    assert read is not None
    form = intake_form(read, "增加停车泊位") | {"profile": "yi"}
    refused = guest.post(f"/matters/{matter}/intake", form)
    assert refused.status_code == 400
    assert f"这件提案归{UNIT}，答复单位由该单位更改。" in words(refused)
    kept = casework.matter(matter)
    assert kept is not None and kept.draft.profile == "jia"
    assert guest.post(f"/matters/{matter}/intake", form | {"profile": "jia"}).status_code == 302


def test_a_series_of_numbers_is_its_units(casework: Casework, tmp_path: Path) -> None:
    jia, yi = (
        load_profile(_profile(tmp_path / "p", name, unit, "青城管函"), tmp_path / "p")
        for name, unit in (("jia", UNIT), ("yi", OTHER))
    )
    matters = [casework.create_matter(PROPOSAL, unit=one) for one in (UNIT, OTHER, UNIT)]
    given = [_number(casework, jia, matters[0])]
    taken = f"代字“青城管函”是{UNIT}编号用的，不能占用。请核对发文字号和单位设置里的发文机关代字。"
    for typed in ("", "青城管函〔2026〕2号", "青城管函〔2026〕99号"):
        with pytest.raises(UserError) as refused:
            _number(casework, yi, matters[1], typed)
        assert (refused.value.message, refused.value.field) == (taken, "number")
    given.append(_number(casework, jia, matters[2]))
    assert given == ["青城管函〔2026〕1号", "青城管函〔2026〕2号"]


def test_the_book_of_numbers_is_the_own_units(
    casework: Casework, come_in: Callable[[str], Sender], tmp_path: Path
) -> None:
    jia, yi = (
        load_profile(_profile(tmp_path / "p", name, unit, code), tmp_path / "p")
        for name, unit, code in (("jia", UNIT, "青城管函"), ("yi", OTHER, "青教函"))
    )
    for profile, unit in ((jia, UNIT), (yi, OTHER)):
        _number(casework, profile, casework.create_matter(PROPOSAL, profile.name, unit=unit))
    seen = {
        name: [code in come_in(name).get("/numbers").text for code in ("青城管函", "青教函")]
        for name in ("甲员", "乙员", "丙员", "督办员")
    }
    assert seen == {
        "甲员": [True, False],
        "乙员": [False, True],
        "丙员": [False, False],
        "督办员": [True, True],
    }


def _number(casework: Casework, profile: Profile, matter: int, typed: str = "") -> str:
    asked = {"matter": matter, "round": 1, "year": 2026, "typed": typed}
    return numbers.give(casework.db, profile, Draft(Proposal()), **asked)  # type: ignore[arg-type]


def _profile(folder: Path, name: str, unit: str, code: str) -> str:
    folder.mkdir(exist_ok=True)
    shipped = (PROFILES / "default.toml").read_text("utf-8")
    for was, now in (("青岚区城市管理局", unit), ("区城管局", unit[3:]), ("青城管函", code)):
        shipped = shipped.replace(f'"{was}"', f'"{now}"')
    (folder / f"{name}.toml").write_text(shipped, "utf-8")
    return name


# ------------------------------------------------------------------ 不再提示

WORDS = "其它单位"
"""What the proofreader reports: 其它."""


def test_what_is_not_to_be_reported_again_is_said_by_those_who_may_edit(
    casework: Casework, come_in: Callable[[str], Sender]
) -> None:
    watching, clerk = come_in("督办员"), come_in("甲员")
    for sender, code, kept in ((watching, 400, 0), (clerk, 302, 1)):
        page = _checked(sender)
        key = re.findall(r'name="(?:always|once)" value="([^"]+)"', sender.get(page).text)[0]
        always = {"always": key, "words": WORDS, "reason": "本地写法"}
        assert sender.post(page, always).status_code == code
        assert len(casework.proofing.ignored("default")) == kept
    (line,) = casework.proofing.ignored("default")
    taken = watching.post(f"/check/ignored/{line.id}/remove", {"profile": "default"})
    assert taken.status_code == 403
    assert watching.post(_checked(watching), {"unignore": line.id}).status_code == 400
    assert [one.id for one in casework.proofing.ignored("default")] == [line.id]


def test_what_is_not_to_be_reported_again_belongs_to_a_unit(
    casework: Casework, come_in: Callable[[str], Sender]
) -> None:
    one, other = come_in("甲员"), come_in("乙员")
    page = _checked(one)
    key = re.findall(r'name="always" value="([^"]+)"', one.get(page).text)[0]
    one.post(page, {"always": key, "words": WORDS, "reason": "本地写法"})
    assert WORDS in words(one.get("/check/ignored"))
    assert WORDS not in words(other.get("/check/ignored"))
    assert 'name="always"' in other.get(_checked(other)).text
    (line,) = casework.proofing.ignored("default")
    other.post(f"/check/ignored/{line.id}/remove", {"profile": "default"})
    other.post(_checked(other), {"unignore": line.id})
    assert [one.id for one in casework.proofing.ignored("default")] == [line.id]
    one.post(f"/check/ignored/{line.id}/remove", {"profile": "default"})
    assert casework.proofing.ignored("default") == []


def test_an_added_unit_ignores_nothing_for_good_in_the_owners_name(
    casework: Casework, come_in: Callable[[str], Sender]
) -> None:
    draft = whole(PROPOSAL)
    first = replace(draft.answers[0], done=f"会同{WORDS}办理。")
    matter = casework.create_matter(PROPOSAL, author="甲员", unit=UNIT)
    casework.confirm_suggestions(
        matter, replace(draft, answers=(first, *draft.answers[1:])), 1, author="甲员"
    )
    casework.set_units(matter, [UNIT, OTHER])
    guest, page = come_in("乙员"), f"/matters/{matter}/check"
    shown = guest.get(page).text
    assert 'name="always"' not in shown
    key = next(
        found
        for found in re.findall(r'name="once" value="([^"]+)"', shown)
        if "其它" in shown.split(f'id="f-{found}"')[1].split("</li>")[0]
    )
    form = {"version": 2, "always": key, "words": WORDS, "reason": "本地写法"}
    refused = guest.post(page, form)
    assert refused.status_code == 400
    assert "由主办这件提案的单位增减" in words(refused)
    assert guest.post(page, {"version": 2, "once": key}).status_code == 302
    assert {one.matter for one in casework.proofing.ignored("default", matter)} == {matter}


def _checked(sender: Sender) -> str:
    sent = sender.post("/check", {"text": f"会同{WORDS}办理。", "profile": "default"})
    return str(sent.location)


# ------------------------------------------------------------------ accounts without a unit


def test_an_account_without_a_unit_sees_nothing_until_it_is_given_one(
    app: Flask, casework: Casework, come_in: Callable[[str], Sender]
) -> None:
    """Neither what was registered before there were units, nor lists, archive, proofreading."""
    matter = casework.create_matter(PROPOSAL, original=("来件.txt", b"x"))
    casework.people.add("新来的", SECRET, roles=["经办", "核稿", "签发"])
    sender, wrong = come_in("新来的"), []
    with app.test_request_context():
        rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        paths = {
            rule.endpoint: app.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, matter))
            for rule in rules
            if RULES.get(rule.endpoint) in OF_UNITS and rule.arguments <= {"matter_id"}
        }
    assert len(paths) > 30
    for endpoint, path in paths.items():
        answer = sender.get(path)
        if answer.status_code != (302 if endpoint == "worklist.show" else 403):
            wrong.append((endpoint, answer.status_code))
    assert wrong == []
    assert "还没有填写单位" in words(sender.get("/archive"))
    assert sender.get("/", follow_redirects=True).request.path == "/account"
    change = {"name": "新来的", "unit": UNIT, "role": ["经办"], "active": "1"}
    come_in("管理员").post("/people/change", change)
    assert [sender.get(path).status_code for path in ("/", "/archive")] == [200, 200]
    # What was registered before there were units is nobody's until it is handed over.
    assert sender.get(f"/matters/{matter}/procedure").status_code == 404
    casework.hand_over(UNIT)
    assert sender.get(f"/matters/{matter}/procedure").status_code == 200


def test_a_new_account_without_a_role_gets_none(
    casework: Casework, come_in: Callable[[str], Sender]
) -> None:
    come_in("管理员").post("/people", {"name": "无名", "unit": UNIT})
    made = casework.people.one("无名")
    assert made is not None
    assert (made.roles, made.unit) == (frozenset(), UNIT)
    casework.people.set_password("无名", SECRET)
    sender = come_in("无名")
    assert [sender.get(path).status_code for path in ("/new", "/archive", "/people")] == [403] * 3
    assert "还没有角色" in words(sender.get("/account"))
