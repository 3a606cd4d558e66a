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

from casework import Casework, units
from casework.people.access import OF_UNITS
from casework.procedure import numbers
from corpus import Archive, Reader
from corpus.store.listing import Filter
from desk.unit_profiles import adopt
from drafting.errors import UserError
from drafting.model import Draft, Proposal
from drafting.profile import Profile, load_profile
from drafting.reading import read_bytes
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


# ------------------------------------------------------------------ whose a profile is


def _answers_under(sender: Sender) -> list[str]:
    """The profiles that are offered where somebody registers."""
    return sorted(
        name for name in ("jia", "yi") if f"/settings/{name}" in sender.get("/settings").text
    )


@pytest.fixture
def two_profiles(app: Flask) -> list[Profile]:
    folder = Path(app.config["DATA_FOLDER"]) / "profiles"
    for old in folder.glob("*.toml"):
        old.unlink()
    return [
        load_profile(_profile(folder, name, unit, code), folder)
        for name, unit, code in (("jia", UNIT, "青城管函"), ("yi", OTHER, "青教函"))
    ]


def test_a_profile_stays_its_units_whatever_either_is_called(
    app: Flask,
    casework: Casework,
    come_in: Callable[[str], Sender],
    two_profiles: list[Profile],
) -> None:
    folder = Path(app.config["DATA_FOLDER"])
    adopt(casework, folder)
    casework.people.change("甲员", unit=UNIT, section="", roles=["系统管理", "经办"], active=True)
    casework.people.change("乙员", unit=OTHER, section="", roles=["系统管理", "经办"], active=True)
    casework.people.change("丙员", unit=THIRD, section="", roles=["系统管理", "经办"], active=True)
    assert [_answers_under(come_in(who)) for who in ("甲员", "乙员", "丙员")] == [
        ["jia"], ["yi"], [],
    ]  # fmt: skip
    # What the paper of the one is to say now is the name of the other, and nobody's.
    _profile(folder / "profiles", "jia", THIRD, "青城管函")
    _profile(folder / "profiles", "yi", "青岚区无名局", "青教函")
    assert [_answers_under(come_in(who)) for who in ("甲员", "乙员", "丙员")] == [
        ["jia"], ["yi"], [],
    ]  # fmt: skip


def test_a_unit_that_is_renamed_keeps_all_and_another_of_its_former_name_gets_nothing(
    app: Flask,
    casework: Casework,
    come_in: Callable[[str], Sender],
    two_profiles: list[Profile],
) -> None:
    folder, new = Path(app.config["DATA_FOLDER"]), "青岚区城市管理和综合执法局"
    adopt(casework, folder)
    casework.people.change("甲员", unit=UNIT, section="", roles=["系统管理", "经办"], active=True)
    matter = casework.create_matter(PROPOSAL, author="甲员", unit=UNIT)
    first = _number(casework, two_profiles[0], matter)
    archive = Archive.open(folder).for_unit(UNIT)
    archive.reserve(reserved=True)
    text = "关于停车的情况说明\n停车场已建成泊位20个。"
    archive.store(read_bytes(text.encode(), "a.txt"), "停车.txt")
    (added,) = archive.reader(Reader(UNIT)).listed(Filter())
    before = come_in("丙员").get("/search?q=停车场").text
    admin = come_in("管理员")
    assert admin.post("/people/rename-unit", {"former": UNIT, "unit": new}).status_code == 302
    assert casework.units_of(matter) == {new}
    assert [one.unit for one in casework.people.listed() if one.name == "甲员"] == [new]
    clerk = come_in("甲员")
    assert _answers_under(clerk) == ["jia"]
    assert clerk.get(f"/documents/{added.id}").status_code == 200
    # Somebody makes a unit of the name that has become free, and a profile that bears it.
    casework.people.add("丁员", SECRET, unit=UNIT, roles=["系统管理", "经办"])
    newcomer = come_in("丁员")
    assert _answers_under(newcomer) == []
    assert newcomer.get(f"/matters/{matter}").status_code == 404
    assert newcomer.get(f"/documents/{added.id}").status_code == 404
    assert newcomer.get("/search?q=停车场").text.count("停车.txt") == before.count("停车.txt") == 0
    _profile(folder / "profiles", "丁", UNIT, "青城管函")
    adopt(casework, folder)
    theirs = load_profile("丁", folder / "profiles")
    with pytest.raises(UserError, match="不能占用"):
        _number(casework, theirs, casework.create_matter(PROPOSAL, unit=UNIT))
    # The unit itself goes on in its series, though its paper bear the new name.
    _profile(folder / "profiles", "jia", new, "青城管函")
    renamed = load_profile("jia", folder / "profiles")
    again = _number(casework, renamed, casework.create_matter(PROPOSAL, unit=new))
    assert (first, again) == ("青城管函〔2026〕1号", "青城管函〔2026〕2号")


@pytest.mark.parametrize(
    ("former", "name", "said"),
    [
        (UNIT, OTHER, f"已有“{OTHER}”，两个单位不能合用一个名称。"),
        (UNIT, " ", "请填写单位的新名称。"),
        ("青岚区无此局", "青岚区新局", "没有“青岚区无此局”这个单位。"),
        (UNIT, "局" * 41, "单位和科室的名称不能超过40个字。"),
    ],
)
def test_two_units_never_become_one_by_a_name(
    casework: Casework, come_in: Callable[[str], Sender], former: str, name: str, said: str
) -> None:
    before = [(one.name, one.unit) for one in casework.people.listed()]
    answer = come_in("管理员").post("/people/rename-unit", {"former": former, "unit": name})
    assert answer.status_code == 400
    assert said in words(answer)
    assert [(one.name, one.unit) for one in casework.people.listed()] == before


def test_of_every_column_that_names_a_unit_it_is_known_whether_it_is_renamed(
    casework: Casework,
) -> None:
    tables = [row["name"] for row in casework.db.execute("SELECT name FROM sqlite_master"
              " WHERE type = 'table'")]  # fmt: skip
    named = {
        (table, row["name"])
        for table in tables
        for row in casework.db.execute(f"PRAGMA table_info({table})")
        if row["name"].endswith("unit")
    }
    assert named == {*units.NAMED, *units.TOLD}


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
