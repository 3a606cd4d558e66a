"""A template looked over as it is handed in: what is in it, what is wrong, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from drafting.reading.word.markup.names import W
from drafting.writing.own_template.binding import Binding
from drafting.writing.own_template.blocks import TemplateStyle, heading_styles, paragraph_styles
from drafting.writing.own_template.controls import (
    controls_as_braces,
    controls_of,
    nested_controls,
    plain_text,
)
from drafting.writing.own_template.fields import (
    BY_KEY,
    FIELDS,
    OF_THE_ITEM,
    PARTS,
    PATTERNS,
    TABLE_PATTERN,
    Field,
    plain_name,
)
from drafting.writing.own_template.package import Remark, Template, open_template, package_remarks
from drafting.writing.own_template.places import Placed, paragraphs_of
from drafting.writing.own_template.reach import out_of_reach
from drafting.writing.own_template.statements import statement_of
from drafting.writing.own_template.tags import Tag, broken, only_tag, read_tags, without_tags
from drafting.writing.own_template.texts import line_of
from drafting.writing.word.ooxml import Element

_ATTRIBUTES = {**PARTS, "body": (*PATTERNS, TABLE_PATTERN)}
_CLOSES = {"if": "endif", "for": "endfor"}
_TWICE_IS_WELL = frozenset(("title", "doc_no", "issuer", "date", "item_no", "session", "subject"))
"""What a letterhead and a running head may both have."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One placeholder as written, its name, its place, and the key of its field ("": none)."""

    written: str
    name: str
    place: str
    field: str = ""
    control: bool = False
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a template holds: its placeholders, what is to be said of it, its paragraph styles.

    ``headings`` are the ids of the styles that its headings take by themselves, by level.
    """

    placeholders: tuple[Placeholder, ...]
    remarks: tuple[Remark, ...]
    styles: tuple[TemplateStyle, ...]
    headings: dict[int, str]

    @property
    def errors(self) -> tuple[Remark, ...]:
        """What must be put right before the template can be used."""
        return tuple(one for one in self.remarks if one.level == "error")

    @property
    def unused(self) -> tuple[Field, ...]:
        """The fields that the template has no placeholder for."""
        used = {one.field for one in self.placeholders}
        return tuple(field for field in FIELDS if field.key not in used)


@dataclass(frozen=True, slots=True)
class _Read:
    """A paragraph with its line and the placeholders in it."""

    placed: Placed
    text: str
    tags: tuple[Tag, ...]
    alone: Tag | None
    by_control: bool


def inspect(data: bytes, binding: Binding | None = None, *, name: str = "") -> Inspection:
    """Look a template over under ``binding``.

    Raises :class:`drafting.errors.UserError` where it cannot be a template at all, as
    :func:`drafting.writing.own_template.package.open_template` does; all else is a remark.
    """
    bound = binding or Binding()
    template = open_template(data, name)
    remarks = list(package_remarks(template))
    remarks.extend(_written_over(template, bound))
    made = controls_as_braces(template, bound.knows)
    remarks.extend(_controls_that_stay(template, bound))
    remarks.extend(out_of_reach(template, bound.knows))
    read = [_read(placed, made) for placed in paragraphs_of(template)]
    for one in read:
        remarks.extend(_of_paragraph(one, bound))
    remarks.extend(_nesting(read))
    placeholders = tuple(_placeholders(read, bound))
    remarks.extend(_of_all(placeholders, read))
    levels = ("error", "warn", "hint")
    return Inspection(
        placeholders,
        tuple(sorted(dict.fromkeys(remarks), key=lambda one: levels.index(one.level))),
        tuple(paragraph_styles(template.styles)),
        heading_styles(template.styles),
    )


def _read(placed: Placed, controls: Sequence[Element]) -> _Read:
    line = line_of(placed.paragraph)
    tags = read_tags(line.text)
    by_control = any(text in controls for text in placed.paragraph.iter(f"{W}t"))
    return _Read(placed, line.text, tags, only_tag(line.text, tags), by_control)


def _written_over(template: Template, binding: Binding) -> Iterator[Remark]:
    for outer, inner, control in nested_controls(template, binding.knows):
        said = f"内容控件“{outer}”里还套着“{inner}”：按外面的“{outer}”填写，里面的不另填。"
        yield Remark("warn", said, f"“{plain_text(control)}”" if plain_text(control) else "")


def _controls_that_stay(template: Template, binding: Binding) -> Iterator[Remark]:
    """Controls that are no field: they may be meant to stay, to be ticked or written into; and
    those of a field around whole rows, in which nothing says where it is to stand."""
    for names, control in controls_of(template):
        shown = names.split("\n")[0]
        place = f"“{plain_text(control)}”" if plain_text(control) else ""
        if any(binding.knows(name) for name in names.split("\n")):
            said = (
                f"内容控件“{shown}”套着整行，看不出填在哪里；请只套住要填写的一格，"
                "或在行里另放控件，标题写“姓名”“电话”。"
            )
            yield Remark("error", said, place)
        else:
            said = (
                f"内容控件“{shown}”不是栏目的名称，照原样保留；要填写的请把它的标题改成栏目的名称。"
            )
            yield Remark("warn", said, place)


# ------------------------------------------------------------------ one paragraph


def _of_paragraph(one: _Read, binding: Binding) -> Iterator[Remark]:
    place = _where(one)
    for said in broken(one.text, one.tags):
        yield Remark("error", said, place)
    loops = set(_loop_names(one.tags))
    for tag in one.tags:
        if tag.fault:
            yield Remark("error", f"“{tag.written}”看不懂。{tag.fault}", place)
        elif tag.kind == "value" and tag.name not in loops:
            yield from _of_value(tag, one, binding)


def _loop_names(tags: Sequence[Tag]) -> Iterator[str]:
    return (tag.each for tag in tags if tag.kind == "for")


def _of_value(tag: Tag, one: _Read, binding: Binding) -> Iterator[Remark]:
    field, place = binding.field_of(tag.name), _where(one)
    if field is None:
        return
    allowed = _ATTRIBUTES.get(field.key, ())
    if tag.attribute and tag.attribute not in allowed:
        known = f"只有{'、'.join(allowed)}" if allowed else "没有下一级"
        yield Remark("error", f"“{tag.written}”：“{field.title}”{known}。", place)
    if not field.blocks:
        return
    if one.alone is None:
        said = f"“{tag.written}”要独占一段，同一段里不能有别的字：{field.title}由许多段组成。"
        yield Remark("error", said, place)
    if one.placed.spot in ("margin", "box"):
        where = "页眉、页脚、注释" if one.placed.spot == "margin" else "文本框"
        yield Remark("error", f"{field.title}不能放在{where}里，排不到下一页。", place)
    elif one.placed.spot == "cell":
        said = f"{field.title}放在表格的一格里，跨页时由表格断开；宜移到表格外面。"
        yield Remark("warn", said, place)


def _where(one: _Read) -> str:
    return one.placed.place


# ------------------------------------------------------------------ conditions and loops


def _nesting(read: Sequence[_Read]) -> Iterator[Remark]:
    """What is opened and not closed, or closed and not opened: within a line, or over paragraphs.

    Over paragraphs the statements stand alone in theirs, or alone in a row of a table: those that
    belong together are held by the same element.
    """
    over: dict[Element, list[tuple[Tag, str]]] = {}
    for one in read:
        within: list[tuple[Tag, str]] = []
        holder = _holder(one)
        stack = within if holder is None else over.setdefault(holder, [])
        for tag in one.tags:
            yield from _step(stack, tag, _where(one))
        yield from _left_open(within)
    for stack in over.values():
        yield from _left_open(stack)


def _holder(one: _Read) -> Element | None:
    """What holds the paragraphs or rows between which a statement decides; ``None``: its line."""
    if one.alone is None or one.alone.kind == "value":
        return None
    paragraph = one.placed.paragraph
    row = next(paragraph.iterancestors(f"{W}tr"), None)
    node = row if row is not None and statement_of(row) is not None else paragraph
    return node.getparent()


def _step(stack: list[tuple[Tag, str]], tag: Tag, place: str) -> Iterator[Remark]:
    if tag.kind in _CLOSES:
        stack.append((tag, place))
    elif tag.kind == "else":
        if not stack or stack[-1][0].kind != "if":
            yield Remark("error", f"“{tag.written}”前面没有 if。", place)
    elif tag.kind in ("endif", "endfor"):
        if not stack or _CLOSES[stack[-1][0].kind] != tag.kind:
            said = f"“{tag.written}”前面没有配对的 {tag.kind.removeprefix('end')}。"
            yield Remark("error", said, place)
        else:
            stack.pop()


def _left_open(stack: Sequence[tuple[Tag, str]]) -> Iterator[Remark]:
    for tag, place in stack:
        said = (
            f"“{tag.written}”没有配对的 {_CLOSES[tag.kind]}；开头和结尾要么同在一段，要么各占一段。"
        )
        yield Remark("error", said, place)


# ------------------------------------------------------------------ all placeholders


def _placeholders(read: Sequence[_Read], binding: Binding) -> Iterator[Placeholder]:
    loops: set[str] = set()
    for one in read:
        for tag in one.tags:
            if tag.fault or tag.kind not in ("value", "if", "for"):
                continue
            if tag.kind == "for":
                loops.add(tag.each)
            if tag.name in loops and binding.fields.get(plain_name(tag.name)) is None:
                continue
            field = binding.field_of(tag.name)
            yield Placeholder(
                tag.written,
                tag.name,
                _where(one),
                field.key if field else "",
                one.by_control,
                field is None and binding.knows(tag.name),
            )


def _of_all(placeholders: Sequence[Placeholder], read: Sequence[_Read]) -> Iterator[Remark]:
    if not placeholders:
        yield Remark("error", "里面没有占位的栏目。请在要填写的地方写上“{{ 标题 }}”等。")
        return
    unknown: dict[str, list[Placeholder]] = {}
    for one in placeholders:
        if not one.field and not one.blank:
            unknown.setdefault(one.name, []).append(one)
    for name, ones in unknown.items():
        places = "、".join(dict.fromkeys(one.place for one in ones))
        yield Remark("error", f"“{name}”不是认得的栏目，请在下面选定它填什么，或选“留空”。", places)
    used = {one.field for one in placeholders}
    for field in FIELDS:
        if field.key in used:
            continue
        if field.need == "must":
            yield Remark("error", f"缺少“{{{{ {field.title} }}}}”，没有地方印{field.title}。")
        elif field.need == "should":
            yield Remark("warn", f"没有“{{{{ {field.title} }}}}”，{field.title}不会印出来。")
    rest = [
        field.title
        for field in FIELDS
        if field.key not in used and field.need == "may" and field.key not in OF_THE_ITEM
    ]
    if rest:
        said = f"没有用到的栏目：{'、'.join(rest)}。文稿里有这些内容时不会印出来，导出时说明。"
        yield Remark("hint", said)
    yield from _doubled(read, placeholders)


def _doubled(read: Sequence[_Read], placeholders: Sequence[Placeholder]) -> Iterator[Remark]:
    shown = [one for one in placeholders if one.written.lstrip("{｛")[:1] not in ("%", "％")]
    keys = dict.fromkeys(one.field for one in shown if one.field)
    for key in keys:
        ones = [one for one in shown if one.field == key]
        field = BY_KEY[key]
        whole = [one for one in ones if not _is_pattern(one)]
        if len(whole) < 2:
            continue
        places = "、".join(one.place for one in whole)
        if field.blocks:
            yield Remark(
                "error", f"“{field.title}”有 {len(whole)} 处，会印 {len(whole)} 遍。", places
            )
        elif key not in _TWICE_IS_WELL:
            said = f"“{field.title}”有 {len(whole)} 处，会印 {len(whole)} 遍；不要的请删去。"
            yield Remark("warn", said, places)
    used = {one.field for one in shown}
    if "remark" in used and used & {"contacts", "phones"}:
        said = "既有“附注”又有“联系人”或“联系电话”：附注里已有联系人的，会印两遍。"
        yield Remark("warn", said)
    if any(_is_pattern(one) for one in shown) and not _adjoining(read):
        said = "“正文.段落”“正文.一级标题”等样子要一段接一段写在一处，中间不能有别的内容。"
        yield Remark("error", said)


def _is_pattern(one: Placeholder) -> bool:
    tags = read_tags(one.written)
    return bool(tags) and tags[0].attribute in (*PATTERNS, TABLE_PATTERN)


def _adjoining(read: Sequence[_Read]) -> bool:
    kinds = [
        one.alone is not None
        and one.alone.kind == "value"
        and one.alone.attribute in (*PATTERNS, TABLE_PATTERN)
        for one in read
        if one.text.strip()
    ]
    return sum(1 for shown, _ in groupby(kinds) if shown) == 1


def texts_without_tags(data: bytes) -> list[str]:
    """Return what the template itself prints, a line a paragraph, its placeholders taken out."""
    template = open_template(data)
    lines = (line_of(placed.paragraph).text for placed in paragraphs_of(template))
    return [left for line in lines if (left := without_tags(line, read_tags(line)).strip())]
