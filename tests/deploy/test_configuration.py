"""The configuration file: every key has a default, a bound and a line in the manual."""

import dataclasses
from typing import get_type_hints

import pytest
from shared_data import PROJECT

from drafting.errors import UserError
from storage.configuration import Channel, Configuration, Server, example, explanation, load


def test_without_a_file_everything_has_its_default(tmp_path):
    assert load(tmp_path) == Configuration()


def test_what_the_file_says_goes_before_the_default(tmp_path):
    (tmp_path / "config.toml").write_text(
        '[server]\nport = 8080\n[backup]\nat = "23:05"\n', "utf-8"
    )
    found = load(tmp_path)
    assert found.server == Server(port=8080)
    assert (found.backup.at, found.backup.daily) == ("23:05", True)


def test_another_file_is_read_where_it_is_named(tmp_path):
    other = tmp_path / "other.toml"
    other.write_text("[server]\nthreads = 4\n", "utf-8")
    assert load(tmp_path, other).server.threads == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[serve]\n", "“serve”不是可用的节；可用：server"),
        ("server = 1\n", "“server”应为一节"),
        ("[server]\nprot = 1\n", "“server.prot”不是可用的项；可用：host、port"),
        ('[server]\nport = "80"\n', "“server.port”应为整数。"),
        ("[server]\nport = true\n", "“server.port”应为整数。"),
        ("[server]\nport = 70000\n", "“server.port”应在 1—65535 之间。"),
        ('[backup]\nat = "25:00"\n', "“backup.at”的写法不对。"),
        ("[backup]\ndaily = 1\n", "“backup.daily”应为true 或 false。"),
        ("[server\n", "第 1 行附近不合 TOML 写法"),
        ('[notices]\nquiet = "21:30"\n', "“notices.quiet”的写法不对。"),
        ("[channels]\ngroup = 1\n", "“channels.group”应为一节"),
        ('[channels.group]\nform = "fax"\n', "“channels.group.form”的写法不对。"),
        ('[channels.group]\nname = "x"\n', "“channels.group.name”不是可用的项；可用：form、url"),
        (f"[channels.{'x' * 21}]\n", "的名称应在 20 个字以内。"),
    ],
)
def test_a_mistake_is_said_with_its_place(tmp_path, text, message):
    (tmp_path / "config.toml").write_text(text, "utf-8")
    with pytest.raises(UserError) as caught:
        load(tmp_path)
    assert caught.value.message.startswith("配置文件 config.toml：")
    assert message in caught.value.message


def test_a_file_that_is_not_there_or_not_utf8_is_said(tmp_path):
    with pytest.raises(UserError, match="打不开"):
        load(tmp_path, tmp_path / "none.toml")
    (tmp_path / "config.toml").write_bytes("[server] # 端口".encode("gbk"))
    with pytest.raises(UserError, match="UTF-8"):
        load(tmp_path)


def test_the_example_says_what_it_was_made_of(tmp_path):
    group = Channel("科室群", "dingtalk", "https://oapi.example.cn/send?access_token={token}", "*")
    made = Configuration(server=Server(port=9, proxy='a"b'), channels=(group, Channel("短信")))
    (tmp_path / "config.toml").write_text(example(made), "utf-8")
    assert load(tmp_path) == made


def test_every_key_stands_in_the_manual():
    manual = (PROJECT / "docs" / "operations.md").read_text("utf-8")
    sections = get_type_hints(Configuration) | {"channels": Channel}
    for name, kind in sections.items():
        for one in dataclasses.fields(kind):
            if one.name == "name":
                continue
            default = str(one.default).lower() if isinstance(one.default, bool) else one.default
            shown = f"`{default}`" if default != "" else "空"
            line = f"| `{name}.{one.name}` | {shown} | {explanation(one)} |"
            assert line in manual, line
