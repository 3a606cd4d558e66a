"""A template filled with a paper: placeholders replaced, conditions decided, loops gone through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from drafting.errors import UserError
from drafting.model import Draft, Reply
from drafting.reading.word.markup.names import MC, W, value
from drafting.writing import gbt9704 as gb
from drafting.writing.flow import Item
from drafting.writing.own_template.binding import Binding
from drafting.writing.own_template.blocks import (
    Model,
    Models,
    block_elements,
    grid_style,
    heading_styles,
)
from drafting.writing.own_template.controls import controls_as_braces
from drafting.writing.own_template.fields import (
    BY_KEY,
    FIELDS,
    OF_THE_ITEM,
    PATTERNS,
    TABLE_PATTERN,
    Field,
    Value,
    values_of,
)
from drafting.writing.own_template.package import Template, open_template, save_template
from drafting.writing.own_template.places import HOLDERS, boxes_of
from drafting.writing.own_template.statements import statement_of
from drafting.writing.own_template.tags import Tag, only_tag, read_tags, without_tags
from drafting.writing.own_template.texts import (
    line_of,
    once_only,
    replace,
    run_properties,
    runs_of,
)
from drafting.writing.titles import title_lines
from drafting.writing.word.identity import with_marks
from drafting.writing.word.ooxml import Element, qn, w

_LABEL_ALONE = re.compile(
    r"[（(\s]*[^：:（(]{0,12}[：:]?[）)。\s]*|(?:[（(\s]*[^：:（(]{1,12}[：:][）)。；;\s]*)+"
)
_OPENERS = {"（": "（("}
_CLOSERS = {"：": "：:", "）": "）)", "。": "。.；;，,"}
_OF_THE_TEMPLATE = 1_000_000
"""Bookmarks of the template are numbered from here, behind our own."""
_UNUSABLE = "模板里的条件或循环没有配对，无法填写；请到“本单位模板”里查看。"

Loops = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Filled:
    """A paper as a Word file, and what a clerk should know of it.

    ``template``: in a template, whose pages are its own and not as they were laid out here.
    """

    content: bytes
    notes: tuple[str, ...] = ()
    template: bool = True


def fill(
    data: bytes, reply: Reply, draft: Draft | None = None, binding: Binding | None = None
) -> Filled:
    """Return the paper ``reply`` in the template ``data``.

    ``draft`` knows of the item that is answered and whom to ask. What the paper has and the
    template does not print is told. The same paper gives the same bytes. Raises
    :class:`UserError` for a template that :func:`inspect` finds wrong.
    """
    template = open_template(data)
    work = _Filling(values_of(reply, draft), binding or Binding(), template)
    controls_as_braces(template, work.binding.knows)
    for root in template.roots.values():
        body = root.find(f"{W}body")
        if root.tag == f"{W}document" and body is not None:
            work.container(body, {})
        elif root.tag in (f"{W}footnotes", f"{W}endnotes"):
            for note in root:
                work.container(note, {})
        else:
            work.container(root, {})
    work.put_attachments()
    _keep_for_the_way_back(template, reply)
    if reply.code is not None:
        work.notes.append("二维码在本单位模板里没有位置，没有印出；要印的请改用国标版式。")
    return Filled(save_template(template), (*work.notes, *_left_out(work, reply)))


def _keep_for_the_way_back(template: Template, reply: Reply) -> None:
    """Mark the lines as in a file on the standard's paper, so that what is edited can come back."""
    for root in template.roots.values():
        for mark in root.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd"):
            if (number := mark.get(f"{W}id", "")).isdecimal():
                mark.set(f"{W}id", str(int(number) + _OF_THE_TEMPLATE))
    body = template.roots[template.main].find(f"{W}body")
    if body is not None:
        body[:] = with_marks(reply, list(body))


def _left_out(work: _Filling, reply: Reply) -> list[str]:
    """What the paper has and the template does not print."""
    by_contact = {"remark"} if work.printed & {"contacts", "phones"} else set()
    silent = OF_THE_ITEM | by_contact | ({"issuer"} if reply.skin == "letter" else set())
    lost = [
        one.title
        for one in FIELDS
        if one.key not in work.printed and one.key not in silent and work.values[one.key]
    ]
    return [f"本单位模板没有印{'、'.join(lost)}的地方，这份文稿里的没有印出。"] if lost else []


@dataclass(slots=True)
class _Filling:
    """The filling of one template: the values, what is printed of them, and what is to be said.

    ``text`` are the looks of the text, by which attachments go that have no place of their own.
    """

    values: Mapping[str, Value]
    binding: Binding
    template: Template
    printed: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    text: Models = field(default_factory=lambda: Models(Model()))

    # -------------------------------------------------------------- what holds paragraphs

    def container(self, parent: Element, loops: Loops) -> None:
        """Fill what holds paragraphs, tables or rows."""
        self._sequence(list(parent.iterchildren(etree.Element)), loops)
        blocks = [child for child in parent if child.tag in (f"{W}p", f"{W}tbl", f"{W}sdt")]
        ends = (f"{W}tc", f"{W}txbxContent", f"{W}hdr", f"{W}ftr")
        if parent.tag in ends and (not blocks or blocks[-1].tag != f"{W}p"):
            parent.append(w("p"))

    def _sequence(self, nodes: Sequence[Element], loops: Loops) -> None:
        index = 0
        while index < len(nodes):
            tag = statement_of(nodes[index])
            if tag is not None and tag.kind in ("if", "for"):
                index = self._statement(nodes, index, tag, loops)
            elif tag is not None:
                _take_out(nodes[index])
            elif patterns := self._patterns(nodes, index):
                self._patterned(patterns)
                index += len(patterns) - 1
            else:
                self._node(nodes[index], loops)
            index += 1

    def _statement(self, nodes: Sequence[Element], start: int, tag: Tag, loops: Loops) -> int:
        """Decide what stands between a statement and its end; return where that is."""
        between, end = _until_end([statement_of(node) for node in nodes], start)
        inside = nodes[start + 1 : between if between is not None else end]
        otherwise = nodes[between + 1 : end] if between is not None else []
        value = self._value(tag, loops)
        if tag.kind == "for":
            for one in value.each():
                copies = [deepcopy(node) for node in inside]
                for copied in copies:
                    once_only(copied)
                    nodes[end].addprevious(copied)
                self._sequence(copies, {**loops, tag.each: one})
            gone = [*inside, *otherwise]
        else:
            holds = bool(value) != tag.negated
            self._sequence(inside if holds else otherwise, loops)
            gone = list(otherwise if holds else inside)
        statements = (nodes[start], nodes[end], *([nodes[between]] if between is not None else []))
        for node in (*gone, *statements):
            _take_out(node)
        return end

    def _node(self, node: Element, loops: Loops) -> None:
        name = etree.QName(node).localname
        if node.tag == f"{W}p":
            boxes = list(boxes_of(node, twice=True))
            self._paragraph(node, loops)
            for box in boxes:
                self.container(box, loops)
        elif node.tag == f"{W}tbl":
            self._sequence(list(node.iterchildren(etree.Element)), loops)
            if next(node.iter(f"{W}tr"), None) is None:
                _take_out(node)
        elif name in ("tr", "tc", "footnote", "endnote", *HOLDERS) and node.tag.startswith(W):
            self.container(node, loops)

    # -------------------------------------------------------------- paragraphs

    def _paragraph(self, paragraph: Element, loops: Loops) -> None:
        line = line_of(paragraph)
        tags = read_tags(line.text)
        if not tags:
            return
        alone = only_tag(line.text, tags)
        if alone is not None and alone.kind == "value":
            value = self._value(alone, loops)
            known = None if alone.name in loops else self.binding.field_of(alone.name)
            if known is not None and known.key == "title" and _in_text(paragraph):
                self._title(paragraph, value)
                return
            if value.blocks or len(value.lines) > 1:
                items = value.blocks or tuple(Item("paragraph", one) for one in value.lines)
                self._blocks(paragraph, items)
                return
        if self._says_nothing(paragraph, line.text, tags, loops):
            return
        if self._with_further_lines(paragraph, tags, loops):
            return
        for start, end, text, looks in reversed(self._edits(line.text, tags, loops)):
            replace(line, start, end, text, looks)

    def _with_further_lines(self, paragraph: Element, tags: Sequence[Tag], loops: Loops) -> bool:
        """Put the names of several attachments below each other, behind the room of 附件：."""
        line, tag = line_of(paragraph), tags[0]
        known = self.binding.field_of(tag.name) if len(tags) == 1 else None
        lines = self._value(tag, loops).lines
        ends = not line.text[tag.end :].strip()
        if known is None or known.key != "attachment_notes" or len(lines) < 2 or not ends:
            return False
        model = _model(paragraph)
        room = "\u3000" * len(line.text[: tag.start].strip())
        for name in reversed(lines[1:]):
            properties = [deepcopy(model.of_paragraph)] if model.of_paragraph is not None else []
            further = w("p", *properties, *runs_of(room + name, model.of_run))
            once_only(further)
            paragraph.addnext(further)
        replace(line, tag.start, tag.end, lines[0], _looks(tag))
        return True

    def _title(self, paragraph: Element, title: Value) -> None:
        """A title that fills more than a line is cut between words, as on the standard's paper."""
        size = _size_pt(paragraph, _model(paragraph).of_run, self.template.styles)
        lines = title_lines(title.text, size, _width(paragraph) / gb.TWIPS_PER_PT)
        line = line_of(paragraph)
        (tag,) = read_tags(line.text)
        replace(line, tag.start, tag.end, "\n".join(lines), _looks(tag))

    def _says_nothing(
        self, paragraph: Element, text: str, tags: Sequence[Tag], loops: Loops
    ) -> bool:
        """Take out a line whose fields are all empty, with its label: ``抄送：`` alone is a fault.

        Within a table it stays: there the cell is the form's.
        """
        shown = [tag for tag in tags if tag.kind == "value"]
        fields = [self.binding.field_of(tag.name) for tag in shown if tag.name not in loops]
        empty = all(not self._value(tag, loops) for tag in shown)
        if not shown or not empty or any(one is None or one.always for one in fields):
            return False
        label = without_tags(text, tags)
        parent = paragraph.getparent()
        in_text = parent is not None and parent.tag not in (f"{W}tc", f"{W}txbxContent")
        if not in_text or not _LABEL_ALONE.fullmatch(label) or _holds_more(paragraph):
            return False
        if label.strip(" \t\u3000（）()。"):
            named = " ".join(label.split())
            self.notes.append(f"模板里的“{named}”没有内容，这一行没有印。")
        _take_out(paragraph)
        return True

    def _edits(
        self, text: str, tags: Sequence[Tag], loops: Loops
    ) -> list[tuple[int, int, str, int]]:
        """Return what is replaced in a line: from, to, by what, and in whose looks."""
        edits: list[tuple[int, int, str, int]] = []
        index = 0
        while index < len(tags):
            tag = tags[index]
            if tag.kind == "value":
                shown = self._shown(text, tag, loops)
                edits.append((tag.start, tag.end, shown, _looks(tag)))
            elif tag.kind in ("if", "for"):
                between, end = _until_end(tags, index)
                edits += self._within(text, tags, (index, between, end), loops)
                index = end
            else:
                edits.append((tag.start, tag.end, "", tag.start))
            index += 1
        return edits

    def _within(
        self, text: str, tags: Sequence[Tag], at: tuple[int, int | None, int], loops: Loops
    ) -> list[tuple[int, int, str, int]]:
        """A condition or loop within a line."""
        start, between, end = at
        tag, last = tags[start], tags[end]
        value = self._value(tag, loops)
        inner = tags[start + 1 : between if between is not None else end]
        if tag.kind == "for":
            said = "".join(
                self._said(text, (tag.end, last.start), inner, {**loops, tag.each: one})
                for one in value.each()
            )
            return [(tag.start, last.end, said, min(tag.end, last.start))]
        middle = tags[between] if between is not None else last
        if bool(value) != tag.negated:
            return [
                (tag.start, tag.end, "", tag.start),
                *self._edits(text, inner, loops),
                (middle.start, last.end, "", middle.start),
            ]
        rest = tags[between + 1 : end] if between is not None else ()
        edits = [(tag.start, middle.end, "", tag.start), *self._edits(text, rest, loops)]
        return edits if middle is last else [*edits, (last.start, last.end, "", last.start)]

    def _said(self, text: str, span: tuple[int, int], tags: Sequence[Tag], loops: Loops) -> str:
        said, at = [], span[0]
        for start, end, instead, _ in self._edits(text, tags, loops):
            said += [text[at:start], instead]
            at = end
        return "".join([*said, text[at : span[1]]])

    # -------------------------------------------------------------- values

    def _value(self, tag: Tag, loops: Loops) -> Value:
        if tag.name in loops:
            value = loops[tag.name]
        else:
            known = self.binding.field_of(tag.name)
            if known is None:
                return Value()
            self.printed.add(known.key)
            value = self.values[known.key]
        if tag.attribute and tag.attribute not in (*PATTERNS, TABLE_PATTERN):
            return Value(tuple(part.get(tag.attribute, "") for part in value.parts))
        return value

    def _shown(self, text: str, tag: Tag, loops: Loops) -> str:
        """The value with the marks around it that the template does not print itself."""
        said = self._value(tag, loops).text
        known = None if tag.name in loops else self.binding.field_of(tag.name)
        if not said or known is None:
            return said
        return _marked(said, known, text[: tag.start].rstrip(), text[tag.end :].lstrip())

    # -------------------------------------------------------------- blocks

    def _blocks(self, paragraph: Element, items: Sequence[Item]) -> None:
        self._put(paragraph, items, self._models(paragraph, _model(paragraph)))

    def _models(
        self,
        paragraph: Element,
        body: Model,
        headings: Mapping[int, Model] | None = None,
        cell: Model | None = None,
    ) -> Models:
        styles = self.template.styles
        chosen = {int(level): style for level, style in self.binding.headings.items() if style}
        own = heading_styles(styles) | chosen
        return Models(body, headings or {}, cell, own, grid_style(styles), _width(paragraph))

    def _put(self, paragraph: Element, items: Sequence[Item], models: Models) -> None:
        if items is self.values["body"].blocks:
            self.text = models
        made = block_elements(items, models)
        _carry_over(paragraph, made)
        for element in made:
            paragraph.addprevious(element)
        _take_out(paragraph)

    def _patterns(self, nodes: Sequence[Element], start: int) -> list[Element]:
        """The paragraphs from ``start`` on that show the looks of the text, empty ones between."""
        found: list[Element] = []
        for node in nodes[start:]:
            if _pattern(node) or (found and node.tag == f"{W}p" and not line_of(node).text.strip()):
                found.append(node)
            else:
                break
        while found and not _pattern(found[-1]):
            found.pop()
        return found

    def _patterned(self, paragraphs: Sequence[Element]) -> None:
        shown = {_pattern(one): one for one in paragraphs if _pattern(one)}
        self.printed.add("body")
        models = {name: _model(one) for name, one in shown.items()}
        body = models.get("段落") or next(iter(models.values()))
        headings = {PATTERNS[name]: models[name] for name in models if PATTERNS.get(name)}
        first = next(iter(shown.values()))
        looks = self._models(first, body, headings, models.get(TABLE_PATTERN))
        for other in paragraphs:
            if other is not first:
                _take_out(other)
        self._put(first, self.values["body"].blocks, looks)

    def put_attachments(self) -> None:
        """Put the attachments behind all else where the template has no place for them."""
        value = self.values["attachments"]
        body = self.template.roots[self.template.main].find(f"{W}body")
        if "attachments" in self.printed or not value or body is None:
            return
        self.printed.add("attachments")
        last = body.find(f"{W}sectPr")
        for element in block_elements(value.blocks, self.text):
            if last is not None:
                last.addprevious(element)
            else:
                body.append(element)
        self.notes.append(f"模板里没有“{BY_KEY['attachments'].title}”，附件接在文末另面印出。")


def _marked(said: str, known: Field, before: str, after: str) -> str:
    opens = "" if before[-1:] and before[-1:] in _OPENERS.get(known.opens, "") else known.opens
    closes = "" if after[:1] and after[:1] in _CLOSERS.get(known.closes, "") else known.closes
    return f"{opens}{said}{closes}"


def _until_end(tags: Sequence[Tag | None], start: int) -> tuple[int | None, int]:
    """Where the ``else`` of the statement at ``start`` stands, if any, and where its end."""
    depth, between = 0, None
    for index, tag in enumerate(tags[start:], start=start):
        if tag is None:
            continue
        if tag.kind in ("if", "for"):
            depth += 1
        elif tag.kind == "else" and depth == 1:
            between = index
        elif tag.kind in ("endif", "endfor"):
            depth -= 1
            if not depth:
                return between, index
    raise UserError(_UNUSABLE)


def _pattern(node: Element) -> str:
    """Of which part of the text a paragraph shows the looks; "" of none."""
    if node.tag != f"{W}p":
        return ""
    text = line_of(node).text
    tag = only_tag(text, read_tags(text))
    shows = tag is not None and tag.kind == "value" and tag.attribute in (*PATTERNS, TABLE_PATTERN)
    return tag.attribute if tag is not None and shows else ""


def _model(paragraph: Element) -> Model:
    """How the paragraph of a placeholder looks: of its run, as the name within the braces does."""
    read = line_of(paragraph)
    tags = read_tags(read.text)
    return Model(paragraph.find(qn("pPr")), run_properties(read.cells[_looks(tags[0])][0]))


def _take_out(node: Element) -> None:
    """Take an element out; the end of a section that it bears goes to what stands before."""
    parent = node.getparent()
    if parent is None:
        return
    section = node.find(f"{W}pPr/{W}sectPr") if node.tag == f"{W}p" else None
    if section is not None:
        holder = w("p", w("pPr", section))
        node.addprevious(holder)
    parent.remove(node)


def _holds_more(paragraph: Element) -> bool:
    """Whether a paragraph holds pictures, text boxes or the end of a section."""
    things = ("drawing", "pict", "object", "sectPr")
    found = next(paragraph.iter(*(f"{W}{name}" for name in things), f"{MC}AlternateContent"), None)
    return found is not None


def _carry_over(paragraph: Element, made: list[Element]) -> None:
    """Give pictures and text boxes, and the end of a section, to what stands instead."""
    kept = [
        run
        for run in paragraph.findall(f"{W}r")
        if next(run.iter(f"{W}drawing", f"{W}pict", f"{W}object"), None) is not None
    ]
    for run in kept:
        for text in run.findall(f"{W}t"):
            run.remove(text)
    if kept:
        if not made or made[0].tag != f"{W}p":
            made.insert(0, w("p"))
        properties = made[0].find(f"{W}pPr")
        place = 0 if properties is None else 1
        made[0][place:place] = kept
    section = paragraph.find(f"{W}pPr/{W}sectPr")
    if section is not None:
        if not made or made[-1].tag != f"{W}p":
            made.append(w("p"))
        properties = made[-1].find(f"{W}pPr")
        if properties is None:
            properties = w("pPr")
            made[-1].insert(0, properties)
        properties.append(section)


def _width(paragraph: Element) -> int:
    """How wide a table may be that stands where the paragraph does, in twips."""
    cell = next(paragraph.iterancestors(f"{W}tc"), None)
    if cell is not None:
        width = cell.find(f"{W}tcPr/{W}tcW")
        if width is not None and width.get(f"{W}type") == "dxa":
            return max(int(width.get(f"{W}w", "0")) - 240, 1000)
    for section in paragraph.getroottree().getroot().iter(f"{W}sectPr"):
        size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
        if size is not None and margins is not None:
            sides = sum(int(margins.get(f"{W}{side}", "0")) for side in ("left", "right", "gutter"))
            return max(int(size.get(f"{W}w", "11906")) - sides, 1000)
    return gb.mm(gb.TEXT_WIDTH_MM)


def _size_pt(paragraph: Element, run: Element | None, styles: Element | None) -> float:
    """How large a run of the paragraph is set: by itself, its style, or the file's default."""
    places = [run, *_style_runs(paragraph, styles)]
    for properties in places:
        size = properties.find(qn("sz")) if properties is not None else None
        if size is not None and size.get(f"{W}val", "").isdecimal():
            return int(size.get(f"{W}val", "")) / 2
    return _DEFAULT_PT


def _style_runs(paragraph: Element, styles: Element | None) -> Iterator[Element | None]:
    if styles is None:
        return
    by_id = {one.get(f"{W}styleId", ""): one for one in styles.iterchildren(f"{W}style")}
    named = paragraph.find(f"{W}pPr/{W}pStyle")
    default = next(
        (
            one
            for one in by_id.values()
            if one.get(f"{W}default") in ("1", "true") and one.get(f"{W}type") == "paragraph"
        ),
        None,
    )
    style = by_id.get(value(named)) if named is not None else default
    passed: set[str] = set()
    while style is not None and style.get(f"{W}styleId", "") not in passed:
        passed.add(style.get(f"{W}styleId", ""))
        yield style.find(qn("rPr"))
        style = by_id.get(value(style.find(qn("basedOn"))))
    yield styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")


_DEFAULT_PT = 10.0
"""Without a size anywhere (ECMA-376-1, 17.3.2.38)."""


def _looks(tag: Tag) -> int:
    """The place in the line whose looks the value takes: the first letter of the name."""
    return tag.start + max(0, tag.written.find(tag.name[:1]))


def _in_text(paragraph: Element) -> bool:
    """Whether a paragraph stands in the text itself or in its tables."""
    outside = (f"{W}txbxContent", f"{W}hdr", f"{W}ftr", f"{W}footnote", f"{W}endnote")
    return next(paragraph.iterancestors(*outside), None) is None
