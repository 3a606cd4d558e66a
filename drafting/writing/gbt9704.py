"""Every measure of GB/T 9704-2012《党政机关公文格式》 that the writer uses, with its clause.

No other module of this room holds a bare measurement. Lengths are kept in the unit in which the
standard gives them (``_MM``, ``_PT``, ``_CHARS``, ``_LINES``); the helpers turn them into the
twips, half-points and eighths of a point that WordprocessingML wants. What the standard leaves
open is marked *house*, what LibreOffice 7.4 was measured to need is marked *measured*.
"""

from __future__ import annotations

MM_PER_INCH = 25.4
PT_PER_INCH = 72
TWIPS_PER_PT = 20


def mm_to_pt(mm: float) -> float:
    """Millimetres as points."""
    return mm * PT_PER_INCH / MM_PER_INCH


def pt_to_mm(value: float) -> float:
    """Points as millimetres."""
    return value * MM_PER_INCH / PT_PER_INCH


def mm(value: float) -> int:
    """Millimetres as twips."""
    return round(mm_to_pt(value) * TWIPS_PER_PT)


def pt(value: float) -> int:
    """Points as twips."""
    return round(value * TWIPS_PER_PT)


def half_points(size_pt: float) -> int:
    """A font size as ``w:sz`` wants it."""
    return round(size_pt * 2)


def eighths(width_mm: float) -> int:
    """A line's width in millimetres as ``w:sz`` of a border wants it (eighths of a point)."""
    return round(mm_to_pt(width_mm) * 8)


# --------------------------------------------------------------------------- page (5)

PAGE_WIDTH_MM = 210.0  # 5.1
PAGE_HEIGHT_MM = 297.0  # 5.1
TOP_MM = 37.0  # 5.2.1 天头
LEFT_MM = 28.0  # 5.2.1 订口
TEXT_WIDTH_MM = 156.0  # 5.2.1 版心
TEXT_HEIGHT_MM = 225.0  # 5.2.1 版心
RIGHT_MM = PAGE_WIDTH_MM - LEFT_MM - TEXT_WIDTH_MM
BOTTOM_MM = PAGE_HEIGHT_MM - TOP_MM - TEXT_HEIGHT_MM

HEADER_MM = 15.0  # house: where headers begin

LINES_PER_PAGE = 22  # 5.2.3
CHARS_PER_LINE = 28  # 5.2.3

# 22 × 28.95 pt = 636.9 pt is the largest pitch of whole twips that fits 225 mm (637.8 pt).
LINE_PT = 28.95
# 28 characters of 16 pt are 448 pt, 版心 is 442.2 pt: each gives way a little. At −0.2 pt 27 stand
# on a line; at −0.25 pt 28, but so tightly that not every program takes the last (measured).
TRACKING_PT = -0.3

# 7.3.5.5 调整字距: where no pitch helps, so many characters stand on a line instead of 28; house.
MORE_CHARS_PER_LINE = 29
CLOSE_TRACKING_PT = -0.8
# The same the other way, where the text is to fill a page more.
FEWER_CHARS_PER_LINE = 27
LOOSE_TRACKING_PT = 0.2
# 词意完整: a last line of so few characters looks lost, in a heading of somewhat more; how far
# the paragraph's characters then stand closer or wider, in which steps; house.
LAST_CHARS = 1
HEADING_LAST_CHARS = 3
HEADING_TRACKING_PT = -1.1
LOOSENED_PT = 0.8
TRACKING_STEP_PT = 0.1
# A document must not end with a table: its last line, as low as Word makes one.
LAST_LINE_PT = 0.7


# What the text is set closer to where its last page has no line to spare; house.
CLOSER_LINES_PER_PAGE = (23, 24)


def pitch_pt(lines: int) -> float:
    """The largest pitch of whole twips at which ``lines`` and the last line fit 版心."""
    return int((mm(TEXT_HEIGHT_MM) - pt(LAST_LINE_PT)) / lines) / TWIPS_PER_PT


# --------------------------------------------------------------------------- 字号

SIZE_2_PT = 22.0  # 二号
SIZE_3_PT = 16.0  # 三号, 5.2.2: of whatever is not said otherwise
SIZE_4_PT = 14.0  # 四号
SIZE_SMALL_4_PT = 12.0  # 小四, house: cells of tables

# By so much a line may be too long, the tracking behind its last character aside: what rounding to
# twips hides; and so much of each space gives way (measured).
FIT_SLACK_PT = 0.03
SPACE_GIVES_SHARE = 0.25
# Behind the hyphen of a figure (0789-8213306) or a word (Wi-Fi) of so many characters no line ends:
# a longer one would leave the line before too short to be spread; house.
HELD_CHARS = 18
HELD_WORD_CHARS = 6

CHAR_PT = SIZE_3_PT + TRACKING_PT
TEXT_WIDTH_PT = mm_to_pt(TEXT_WIDTH_MM)

# With an exact pitch the baseline stands at four fifths of the line (Word and LibreOffice alike);
# the ink of a Chinese glyph reaches 0.85 em above and 0.08 em below it.
BASELINE_SHARE = 0.8
INK_ABOVE_EM = 0.85
INK_BELOW_EM = 0.08


def ink_top_pt(line_pt: float, size_pt: float) -> float:
    """How far below the top of an exact line the ink of ``size_pt`` begins."""
    return BASELINE_SHARE * line_pt - INK_ABOVE_EM * size_pt


def ink_bottom_gap_pt(line_pt: float, size_pt: float) -> float:
    """How far above the bottom of an exact line the ink of ``size_pt`` ends."""
    return (1 - BASELINE_SHARE) * line_pt - INK_BELOW_EM * size_pt


# --------------------------------------------------------------------------- faces (5.2.2, 7)

SONG_TITLE = "方正小标宋简体"  # 7.2.4, 7.3.1
FANGSONG = "仿宋_GB2312"  # 5.2.2
KAITI = "楷体_GB2312"  # 7.3.3 second level, 7.2.6 name of the signer
HEITI = "黑体"  # 7.3.3 first level, 7.2.3, 7.3.7
SONGTI = "宋体"  # 7.5
LATIN = "Times New Roman"  # house: digits and Latin letters of the text

RED = "FF0000"  # 7.2.4, 7.2.7, 10.1; 6.1 fixes the ink only
BLACK = "000000"  # 5.2.4
AMBER = "FFD966"  # house: ground of 待核实

HEADING_FACES = (HEITI, KAITI, FANGSONG, FANGSONG)  # 7.3.3, levels 1–4

# --------------------------------------------------------------------------- 版头 (7.2)

COPY_NO_DIGITS = 6  # 7.2.1 一般用6位3号阿拉伯数字

MARK_TOP_BELOW_TEXT_TOP_MM = 35.0  # 7.2.4
DOC_NO_BLANK_LINES = 2  # 7.2.5
SIGNER_INDENT_CHARS = 1  # 7.2.5, 7.2.6: 居左空一字, 居右空一字
SIGNERS_PER_ROW = 2  # 7.2.6 一般每行排两个姓名
SIGNER_SPARE_PT = 2.0  # measured
SIGNER_LABEL = "签发人："
RULE_BELOW_DOC_NO_MM = 4.0  # 7.2.7
RULE_WIDTH_MM = 0.5  # 7.2.7 gives none; house
MARK_SUFFIX = "文件"  # 7.2.4

# 7.2.4 leaves the size free (醒目、美观、庄重): the largest of these that fits; house.
MARK_SIZES_PT = (42.0, 39.0, 36.0, 33.0, 30.0, 28.0, 26.0, 24.0, 22.0)
# Names too long even for the smallest are set narrower, in per cent of the width; house.
MARK_SQUEEZES = (100, 90, 80, 70, 60, 50, 40)
# Joint names stand in a cell, which LibreOffice wants a little wider than them (measured).
MARK_CELL_SHARE = 1.03
MARK_LINE_SHARE = 1.15  # of the size; house: Word cuts glyphs higher than an exact line

# --------------------------------------------------------------------------- 信函格式 (10.1)

LETTER_MARK_TOP_MM = 30.0  # from the paper's top
LETTER_LINE_BELOW_MARK_MM = 4.0
LETTER_LINE_LENGTH_MM = 170.0
LETTER_SECOND_LINE_FROM_BOTTOM_MM = 20.0
LETTER_BELOW_LINE_PT = SIZE_3_PT * 7 / 8  # 3号字高的 7/8
LETTER_LINE_BORDER_EIGHTHS = 24  # thickness not given, house: the two lines together 1 mm
# What the double border takes: its lines of 3 and .75 pt and the gap of .75 between (measured).
LETTER_LINE_ROOM_PT = 4.5
LETTER_FRAME_MM = 2.0  # measured: from the frame's top to the lower edge of the second line
LETTER_TITLE_BLANK_LINES = 2
LETTER_MARK_WIDTH_MM = LETTER_LINE_LENGTH_MM

# --------------------------------------------------------------------------- 主体 (7.3)

TITLE_BLANK_LINES = 2  # 7.3.1 红色分隔线下空二行
SALUTATION_BLANK_LINES = 1  # 7.3.2
INDENT_CHARS = 2  # 7.3.3, 7.3.4, 7.3.6
# A long address can leave a line so short that it falls apart when it is spread; house.
SPREAD_AT_MOST_PT = 5.0  # a character
INDENT_PT = INDENT_CHARS * CHAR_PT  # of characters as they stand, tracking included (measured)
ATTACHMENT_NOTE_BLANK_LINES = 1  # 7.3.4
ATTACHMENT_TITLE_BLANK_LINES = 1  # 7.3.7: label on line 1, title on line 3
TITLE_PITCH_PT = LINE_PT  # 5.2.3: the title keeps to the 22 lines
# 7.3.2, 7.3.3 首页必须显示正文: what a long title may come down to; house.
TIGHT_TITLE_PITCH_PT = 26.0
SMALL_TITLE_PT = 18.0  # 小二
SMALL_TITLE_PITCH_PT = 24.0
LOWERED_MARK_PT = 26.0  # 7.2.4 联署机关过多时，应保证公文首页显示正文; house
LEAST_TEXT_LINES = 1  # 7.3.3: of text on the first page, and beside the signature

# --------------------------------------------------------------------------- signature (7.3.5)

# Where a date not yet known will stand, as offices leave it open until the paper is signed; house.
OPEN_DATE = "\u3000\u3000年\u3000月\u3000日"
SEALED_BLANK_LINES = 2  # computed: the seal's top stays within one line of the text
SEALED_DATE_RIGHT_CHARS = 4  # 7.3.5.1
UNSEALED_BLANK_LINES = 1  # 7.3.5.2
UNSEALED_RIGHT_CHARS = 2  # 7.3.5.2
UNSEALED_DATE_SHIFT_CHARS = 2  # 7.3.5.2
SEAL_MM = 42.0  # 国发〔1999〕25号: county governments and their departments
KEYWORD_PT = 1.0  # the words by which sealing software finds the place; house
# 居中偏下 (7.3.5.1): the middle of the seal above that of name and date; house.
SEAL_MIDDLE_ABOVE_MM = 4.6
# 7.3.5.3 签发人签名章; its size is not given: as the name stamps of offices are; house.
STAMP_WIDTH_MM = 40.0
STAMP_HEIGHT_MM = 20.0
STAMP_POST_GAP_CHARS = 2  # 7.3.5.3 签名章左空二字标注签发人职务
STAMP_BLANK_LINES = 2  # 7.3.5.3 正文下空二行
STAMP_DATE_BLANK_LINES = 1  # 7.3.5.3 签名章下空一行
STAMP_LINES = 2  # what its height takes
# Joint names of which no two fit a row: how much narrower their characters may be, in per cent;
# house, as 7.3.5.1 only wants them in order and their seals apart within 版心.
NAME_SQUEEZES = (100, 95, 90, 85, 80)
SEALS_PER_ROW = 3  # what 156 mm holds of them
SEAL_GAP_MM = 2.0  # 7.3.5.1 互不相交或相切; house
# A last paragraph up to half a page goes with the signature as a whole; house.
KEEP_WHOLE_LINES = LINES_PER_PAGE // 2
# Rows of seals stand a seal's height apart, in whole lines.
SEAL_ROW_BLANK_LINES = int((SEAL_MM + SEAL_GAP_MM) / pt_to_mm(LINE_PT))

# --------------------------------------------------------------------------- 版记 (7.4), 页码 (7.5)

IMPRINT_OUTER_LINE_MM = 0.35  # 7.4.1
IMPRINT_INNER_LINE_MM = 0.25  # 7.4.1
IMPRINT_INDENT_CHARS = 1  # 7.4.2, 7.4.3
IMPRINT_LINE_PT = 24.0  # house
# What very many units may come down to, before 版记 would take more than a page; house.
TIGHT_IMPRINT_LINES_PT = (20.0, 18.0)
IMPRINT_AT_MOST_MM = TEXT_HEIGHT_MM - 2 * pt_to_mm(LINE_PT)  # house: some text must go with it
COPIES_LABEL = "抄送："  # 7.4.2
RECIPIENTS_LABEL = "主送："  # 7.4.2 如需把主送机关移至版记

PAGE_NUMBER_INDENT_CHARS = 1  # 7.5
PAGE_NUMBER_BELOW_TEXT_MM = 7.0  # 7.5 一字线上距版心下边缘
PAGE_NUMBER_FOOTER_MM = 24.5  # measured: puts the dash there
PAGE_NUMBER_LINE_PT = 16.0  # house

# --------------------------------------------------------------------------- tables; house

TABLE_LINE_PT = 20.0
TABLE_CELL_MARGIN_MM = 1.5
TABLE_BORDER_MM = 0.2
TABLE_BORDER_PT = eighths(TABLE_BORDER_MM) / 8  # as it is drawn; a row is so much higher (measured)
TABLE_MIN_COLUMN_CHARS = 3
# Size, pitch and margin of cells: what does not fit is set smaller, then across (8 横排表格).
TABLE_SIZES = (
    (SIZE_SMALL_4_PT, TABLE_LINE_PT, TABLE_CELL_MARGIN_MM),
    (10.5, 17.0, 1.2),
    (9.0, 15.0, 0.8),
)
TABLE_SIZES_ACROSS = (*TABLE_SIZES[1:], (7.5, 12.5, 0.6))
TABLE_ROW_SHARE = 0.5  # of a page: where a row would be higher, smaller type is tried first
TABLE_NUMBER_SLACK_PT = 1.5  # a figure is not to break for a hair
TABLE_HEAD_CHARS = 6  # of so many characters the head of a column is not broken
TABLE_WORD_SHARE = 0.4  # of a table's width: what a word that is not broken, an address, may take
TABLE_NAMED_CHARS = 5  # so many of what a row is called stand in one line
TABLE_CENTRED_CHARS = 10  # longer texts of a column stand flush left
TABLE_NAME_LINE_PT = 24.0
BOUND_LINES = 3  # of a paragraph that announces a table and goes with it to its page
TABLE_WHOLE_SHARE = 0.2  # of a page: a table, or two rows at its end, so high is not divided
TABLE_KEEP_SHARE = 0.4  # of a page: rows with a cell in common up to so high stay together
SECTION_END_PT = 2.0
ACROSS_WIDTH_MM, ACROSS_HEIGHT_MM = TEXT_HEIGHT_MM, TEXT_WIDTH_MM  # 版心 turned
FORM_ROW_MM = 12.0
# The least height of room to write by hand: the most with which the form fits one page.
FORM_ROOMS_MM = (32.0, 28.0, 24.0, 20.0, 16.0, 12.0)
FORM_LABEL_SHARE = 0.2
FORM_LABEL_LINES = 4  # of a label, at most
FORM_ROW_SHARE = 0.625  # of the room: the other rows of such a form are as much lower
CODE_MM = 22.0  # a QR code with its quiet zone, to be scanned at arm's length
CODE_GAP_PT = 6.0
FORM_SLACK_PT = 1.0  # rows are drawn to the twip, and no page is filled to the last
FORM_ITEM_CHARS = 14  # a listed name or unit of at most so many stands whole in a cell
FORM_LINES_MARGIN_MM = 0.6  # above and below the lines of a cell that has several
FORM_TITLE_BLANK_LINES = 1
