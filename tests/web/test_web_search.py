"""The search page and the interface for other systems, over the sample archive."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from exchange_fakes import caller
from flask import Flask
from flask.testing import FlaskClient

from casework import Casework
from corpus import Archive
from web import create_app
from web.archive_pages import api

DESCRIPTION = Path(api.__file__).with_name("openapi.json")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, fill: Callable[[Path], Path]) -> Flask:
    return create_app(fill(tmp_path_factory.mktemp("search")))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_hits_are_marked_counted_and_linked(client: FlaskClient) -> None:
    page = client.get("/search?q=停车泊位").text
    assert "<mark>停车泊位</mark>" in page
    assert re.search(
        r'name="kind" value="reply" form="search" >\s*<span>答复</span> <small>\d+', page
    )
    assert 'name="field" value="城市管理"' in page
    assert "最相关" in page and "查找相似" in page


def test_traditional_and_old_names_are_marked_in_the_original(client: FlaskClient) -> None:
    assert "<mark>停车泊位</mark>" in client.get("/search?q=停車泊位").text
    assert "<mark>停车泊位</mark>" in client.get("/documents/1?q=停車泊位").text


def test_part_of_the_page_is_given_alone(client: FlaskClient) -> None:
    part = client.get("/search?q=停车&part=results").text
    assert "<html" not in part and "hits" in part
    text = client.get("/documents/1?part=text").text
    assert "<html" not in text and "单独打开" in text


def test_a_document_opens_beside_the_list(client: FlaskClient) -> None:
    page = client.get("/search?q=停车&open=1").text
    assert "opened-text" in page and 'class="hits"' in page
    assert "opened-text" not in client.get("/search?q=停车&open=99999").text


def test_filters_and_order_are_in_the_address(client: FlaskClient) -> None:
    page = client.get("/search?q=停车&kind=policy&sort=new").text
    assert 'name="kind" value="policy" form="search" checked' in page
    assert 'value="new" form="search" checked' in page
    assert 'class="tag reply"' not in page


def test_what_is_mistyped_is_said_to_be_corrected(client: FlaskClient) -> None:
    page = client.get("/search?q=停东").text
    assert "没有找到“停东”，已按“<b>停车</b>”检索" in page
    as_typed = client.get("/search?q=停东&typed=1").text
    assert "没有找到" in as_typed and 'class="hits"' not in as_typed


def test_what_is_found_in_part_is_said_and_the_likely_meaning_offered(client: FlaskClient) -> None:
    page = client.get("/search?q=停车泊拉").text
    assert "没有文件连着写有“停车泊拉”，以下文件含其中的词（最相近的一份不含" in page
    assert 'href="/search?q=%E5%81%9C%E8%BD%A6%E6%B3%8A%E4%BD%8D"><b>停车泊位</b></a>”？' in page
    found = client.get("/api/search?q=停车泊拉").json
    assert (found["mended"], found["loosened"], found["offered"]) == (None, True, "停车泊位")


@pytest.mark.parametrize("query", ["老旧小区加装电梯", "充电桩补贴", "老旧管网改造", "飞线充电"])
def test_an_ordinary_question_is_never_changed_into_another(
    client: FlaskClient, query: str
) -> None:
    found = client.get(f"/api/search?q={query}").json
    assert (found["mended"], found["offered"]) == (None, None)
    assert found["hits"] and all(hit["why"] for hit in found["hits"])


def test_a_hit_says_what_it_is_and_why_it_was_found(client: FlaskClient) -> None:
    page = client.get("/search?q=停车泊位").text
    assert re.search(r'<p class="why">(?:标题|正文)含“停车泊位”', page)
    (hit, *_) = client.get("/api/search?q=加装电梯&kind=reply").json["hits"]
    assert (hit["why"], bool(hit["subject"])) == ("正文含“加装电梯”", True)


def test_an_empty_result_says_what_to_try(client: FlaskClient) -> None:
    page = client.get("/search?q=停车&kind=other").text
    assert "没有找到" in page and "去掉筛选条件再找" in page
    assert "只保留最关键的两三个字" in client.get("/search?q=zzzz").text


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=停车&year=0&year=abc&year=99999",
        "/search?q=停车&like=99999999999999999999",
        "/search?q=停车&n=-1&open=x&like=x&sort=zz",
        "/search?q=%00%ff",
        "/search?q=停车&unit=" + "甲" * 500,
    ],
)
def test_no_address_is_an_error(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("停", 'class="hits"'),
        ("停车泊位不足，" * 715, "文字较长，按前 2000 字检索。"),
        ("'; DROP TABLE documents; --", "没有找到"),
        ("停车' OR 1=1 --", "以下文件含其中的词"),
        ("😀🚗", "检索词里没有汉字、字母或数字。"),
        ("的了和与", "没有找到"),
    ],
)
def test_whatever_is_asked_is_answered_on_the_page_and_the_interface(
    client: FlaskClient, query: str, said: str
) -> None:
    page = client.get("/search", query_string={"q": query})
    assert (page.status_code, said in page.text) == (200, True)
    told = client.get("/api/search", query_string={"q": query})
    assert told.status_code == 200
    assert (told.json["total"] > 0) == ('class="hits"' in page.text)


# ------------------------------------------------------------------ the interface


def schema(name: str) -> dict[str, object]:
    return json.loads(DESCRIPTION.read_text("utf-8"))["components"]["schemas"][name]


def check(value: object, wanted: dict[str, object], at: str = "") -> None:
    """Compare a value with its schema: types, keys, enumerations."""
    if "$ref" in wanted:
        return check(value, schema(str(wanted["$ref"]).rsplit("/", 1)[1]), at)
    names = wanted.get("type", "object")
    types = [names] if isinstance(names, str) else list(names)  # type: ignore[call-overload]
    kinds = {
        "string": str,
        "integer": int,
        "boolean": bool,
        "number": (int, float),
        "object": dict,
        "array": list,
        "null": type(None),
    }
    assert any(isinstance(value, kinds[one]) for one in types), (at, value, types)
    if "enum" in wanted:
        assert value in wanted["enum"], at  # type: ignore[operator]
    if isinstance(value, dict) and "properties" in wanted:
        known: dict[str, dict[str, object]] = wanted["properties"]  # type: ignore[assignment]
        more = wanted.get("additionalProperties", False)
        assert set(known) <= set(value) and (more or set(known) == set(value)), at
        for name, one in known.items():
            check(value[name], one, f"{at}.{name}")
    if isinstance(value, list) and "items" in wanted:
        for one in value:
            check(one, wanted["items"], f"{at}[]")  # type: ignore[arg-type]
    return None


def test_the_description_names_every_address_and_parameter(app: Flask, client: FlaskClient) -> None:
    described = client.get("/api/openapi.json").json
    assert described == json.loads(DESCRIPTION.read_text("utf-8"))
    assert described["openapi"].startswith("3.1")
    rules = {
        re.sub(r"<[^>]+>", "{id}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert rules == set(described["paths"])
    names = {one["name"] for one in described["paths"]["/api/search"]["get"]["parameters"]}
    assert names == {"q", "kind", "matter", "year", "field", "unit", "result", "sort", "limit"}


@pytest.mark.parametrize(
    "query", ["停车", "停车泊拉", "青政发〔2025〕6号", "zzzz", "，。", "停车&sort=new&kind=policy"]
)
def test_a_search_is_answered_as_described(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/search?q={query}&limit=5")
    assert answer.status_code == 200
    check(answer.json, schema("Results"))
    assert len(answer.json["hits"]) <= 5


def test_a_document_is_answered_as_described(client: FlaskClient) -> None:
    hit = client.get("/api/search?q=青政发〔2025〕6号").json["hits"][0]
    answer = client.get(f"/api/documents/{hit['document']}").json
    check(answer, schema("ArchivedDocument"))
    assert answer["document"]["doc_no"] == "青政发〔2025〕6号"


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/api/search", 400, "缺少检索词"),
        ("/api/search?q=", 400, "缺少检索词"),
        ("/api/search?q=停车&limit=0", 400, "limit"),
        ("/api/search?q=停车&limit=9999999999", 400, "limit"),
        ("/api/search?q=停车&kind=novel", 400, "kind"),
        ("/api/search?q=停车&year=20", 400, "year"),
        ("/api/documents/99999", 404, "没有这份文件"),
        ("/api/nothing", 404, "网址"),
    ],
)
def test_what_is_wrong_is_said_in_chinese(
    client: FlaskClient, address: str, status: int, said: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert said in answer.json["error"]


def test_personal_numbers_do_not_leave_the_house(app: Flask, client: FlaskClient) -> None:
    from drafting.reading import read_pasted

    archive = Archive.open(app.config["DATA_FOLDER"])
    archive.store(
        read_pasted(
            "关于量子公交站的提案\n案由：关于量子公交站的提案\n提案者：薄望舒\n联系电话：13912345678\n"
            "建议：\n1.在居民13912345679家住望湖路12号楼3单元门前设站。\n2.延长末班车时间。"
        ),
        "私.txt",
    )
    (hit,) = client.get("/api/search?q=量子公交站").json["hits"]
    answer = client.get(f"/api/documents/{hit['document']}")
    assert "1391234567" not in answer.get_data(as_text=True)
    (first, _) = answer.json["document"]["suggestions"]
    assert first["text"] == "在居民139****5679家住******门前设站"
    # Who opens the document in the unit needs the number to call.
    assert "13912345678" in client.get(f"/documents/{hit['document']}").text
    archive.remove("私.txt")


def test_a_system_with_a_token_searches_as_its_unit(app: Flask) -> None:
    with Casework.open(app.config["DATA_FOLDER"]) as casework:
        system = caller(app, casework, "检索系统", "青岚区教育局", ["检索档案"])
    headers = {"Authorization": f"Bearer {system.token}"}
    client = app.test_client()
    found = client.get("/api/search?q=停车泊位", headers=headers)
    document = found.json["hits"][0]["document"]
    checked = client.post("/api/check", headers=headers, json={"text": "，，"})

    assert (found.status_code, found.headers.getlist("Set-Cookie")) == (200, [])
    assert client.get(f"/api/documents/{document}", headers=headers).status_code == 200
    assert (checked.status_code, "校对" in checked.json["error"]) == (403, True)
