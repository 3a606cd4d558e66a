"""Placeholders where they cannot be filled: in word art, diagrams, charts, the code of fields.

They would be printed as they stand; so it is said where they are and what to do instead. The same
of what another program fills: the fields of a mail merge, the boxes of an old form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from drafting.reading.parts import parse_part
from drafting.reading.word.markup.names import A, V, W, value
from drafting.writing.own_template.fields import find_field
from drafting.writing.own_template.package import Remark, Template, field_codes
from drafting.writing.own_template.tags import read_tags

_CHART_VALUE = "{http://schemas.openxmlformats.org/drawingml/2006/chart}v"
_DRAWN = (("word/diagrams/", "图示"), ("word/charts/", "图表"))


def out_of_reach(template: Template, knows: Callable[[str], bool]) -> Iterator[Remark]:
    """Yield what is to be said of placeholders that cannot be filled where they stand."""
    for path, root in template.roots.items():
        where = template.names[path] or "正文"
        for art in root.iter(f"{V}textpath"):
            for written in _tags(art.get("string", "")):
                yield Remark("error", _said(written, "艺术字"), where)
        for code in field_codes(root):
            yield from _of_field(code, where)
        for box in root.iter(f"{W}ffData"):
            name = value(box.find(f"{W}name"))
            if name and knows(name):
                said = (
                    f"旧式窗体域“{name}”不作栏目用，照原样保留；要填写的请改成“{{{{ {name} }}}}”。"
                )
                yield Remark("warn", said, where)
    for path, content in template.entries.items():
        kind = next((said for folder, said in _DRAWN if path.startswith(folder)), "")
        if kind and path.endswith(".xml"):
            lines = parse_part(content).iter(f"{A}t", _CHART_VALUE)
            for written in _tags("".join(one.text or "" for one in lines)):
                yield Remark("error", _said(written, kind), "正文")


def _of_field(code: str, where: str) -> Iterator[Remark]:
    words = code.split()
    if len(words) > 1 and words[0].upper() == "MERGEFIELD":
        name = words[1].strip('"')
        instead = f"请改成“{{{{ {name} }}}}”" if find_field(name) else "请删去"
        said = f"邮件合并域“{name}”不由本系统填写，会照原样印出；{instead}。"
        yield Remark("error", said, where)
    for written in _tags(code):
        yield Remark("error", _said(written, "域代码"), where)


def _tags(text: str) -> list[str]:
    return [tag.written for tag in read_tags(text)]


def _said(written: str, kind: str) -> str:
    return f"“{written}”写在{kind}里，填不进去，会照原样印出；请改写在普通段落、表格或文本框里。"
