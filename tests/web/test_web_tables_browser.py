"""Tables in the text of an answer: pasted they stay tables, are edited as a grid, and undone."""

from __future__ import annotations

import re

from chromium_desk import needs_chromium, playwright_api, register, wait_saved

expect = playwright_api.expect
pytestmark = needs_chromium

PASTE = """(area, [text, html]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    if (html) data.setData("text/html", html);
    area.dispatchEvent(new ClipboardEvent("paste",
        { clipboardData: data, bubbles: true, cancelable: true }));
}"""
WORD = """<html><head><style>td {}</style></head><body>
<p style='mso-a:b'><b>一是</b>加快建设，见<a href="https://example.gov.cn/a">网站</a>，面积
500m<sup>2</sup><a href="#_ftn1">[1]</a>。</p>
<table><tr><td rowspan=2 style='a:b'><p>街道</p></td><td colspan=2><p>投资</p></td></tr>
<tr><td><p>2024年</p></td><td><p>2025年</p></td></tr>
<tr><td><p>长宁街道</p></td><td><p>a|b</p></td><td><p>一期</p><p>二期</p></td></tr></table>
<p>以上。<img src="x.png"></p>
<div style='mso-element:footnote'><p><a href="#_ftnref1">[1]</a>数据来自统计局。</p></div>
</body></html>"""
EXCEL = """<table><tr><td colspan=3>充电桩建设情况</td></tr><tr><td colspan=3>单位：个</td></tr>
<tr><td>街道</td><td>数量</td><td>备注</td></tr>
<tr><td>长宁</td><td>120</td><td colspan=2 style='mso-ignore:colspan'>很长的文字</td></tr>
</table>"""

SHEET = """<table><caption>各街道完成情况</caption><col><col><col style='display:none'><col>
<tr><td>街道</td><td>措施</td><td>密</td><td>数量<a class=MsoCommentReference
href='#_msocom_1'>[a1]</a></td></tr>
<tr style='display:none'><td>隐</td><td>隐</td><td>隐</td><td>隐</td></tr>
<tr><td>长宁</td><td><ol><li>建泊位</li><li>错时开放</li></ol></td><td>密</td>
<td><del>旧</del><ins>新</ins></td></tr>
<tr><td>合计</td><td><input value='是'></td><td>密</td><td><select><option>零</option>
<option selected>一</option></select></td></tr></table>
<div style='mso-element:comment'><p>请核实</p></div>"""

GROUPS = """<table><tr><td rowspan=2>东片</td><td>南街</td><td>1</td></tr>
<tr><td>中街</td><td>2</td></tr><tr hidden><td>隐</td><td>隐</td><td>隐</td></tr>
<tr style='visibility:collapse'><td>隐</td><td>隐</td><td>隐</td></tr>
<tr><td rowspan=0>西片</td><td>甲</td><td>4</td></tr><tr><td>乙</td><td>5</td></tr></table>"""


def test_tables_of_word_excel_and_a_page_stay_tables_and_what_is_left_out_is_said(
    page: playwright_api.Page,
) -> None:
    register(page)
    field = page.get_by_label("已开展的工作")
    field.click()
    field.evaluate(PASTE, ["一是加快建设\t表", WORD])
    word = (
        "一是加快建设，见网站，面积500m²。\n| 街道 | 投资 | < |\n| ^ | 2024年 | 2025年 |\n"
        "| --- | --- | --- |\n| 长宁街道 | a\\|b | 一期<br>二期 |\n以上。\n数据来自统计局。"
    )
    expect(field).to_have_value(word)
    expect(page.locator(".pasted").first).to_have_text(
        "已贴入 1 张表，可以在下面“编辑表格”里改；"
        "脚注、尾注 1 处的标号没有带来，注文成了最后的段落；"
        "加粗 1 处没有带来（公文正文不加粗，层次标题的字体由系统排）；"
        "链接只留文字，网址没有带来：“网站”（https://example.gov.cn/a）；"
        "图片不能放进答复正文，请作为附件上传。"
    )
    field.evaluate(PASTE, ["x\ty", EXCEL])
    excel = (
        f"{word}\n表：充电桩建设情况\n单位：个\n| 街道 | 数量 | 备注 |\n| 长宁 | 120 | 很长的文字 |"
    )
    expect(field).to_have_value(excel)
    # What a program takes along and does not show, a caption, numbers of a list, a form's words.
    field.fill("")
    field.evaluate(PASTE, ["x\ty", SHEET])
    expect(field).to_have_value(
        "表：各街道完成情况\n| 街道 | 措施 | 数量 |\n| 长宁 | 1.建泊位<br>2.错时开放 | 新 |\n"
        "| 合计 | 是 | 一 |"
    )
    expect(page.locator(".pasted").first).to_have_text(
        "已贴入 1 张表，可以在下面“编辑表格”里改；隐藏的 1 行没有带来；"
        "修订中删去的文字 1 处没有带来；批注 1 处没有带来；隐藏的 1 栏没有带来。"
    )
    # A first column of groups is no head of two rows.
    field.fill("")
    field.evaluate(PASTE, ["x\ty", GROUPS])
    expect(field).to_have_value(
        "| 东片 | 南街 | 1 |\n| ^ | 中街 | 2 |\n| 西片 | 甲 | 4 |\n| ^ | 乙 | 5 |"
    )
    # Rows of a plain text with fewer tabs are rows too.
    field.fill("")
    field.evaluate(PASTE, ["街道\t数\t注\n南\t1\n北\t2\tx", ""])
    expect(field).to_have_value("| 街道 | 数 | 注 |\n| 南 | 1 |  |\n| 北 | 2 | x |")
    field.fill(excel)
    field.evaluate("area => area.setSelectionRange(area.value.length, area.value.length)")
    # From a program that gives no page: cells apart by tabs, quoted where they have line ends.
    field.evaluate(PASTE, ['甲\t乙\n1\t"两\n行"\n', ""])
    expect(field).to_have_value(f"{excel}\n|\n| 甲 | 乙 |\n| 1 | 两<br>行 |")
    wait_saved(page)
    page.get_by_role("link", name="文稿与下载").click()
    table = page.locator("table.ruled").first
    expect(table.locator("th").first).to_have_attribute("rowspan", "2")
    expect(page.locator(".table-name")).to_have_text("表1　充电桩建设情况")


def test_a_table_is_edited_as_a_grid_by_keys_and_one_step_takes_it_back(
    page: playwright_api.Page,
) -> None:
    register(page)
    field = page.get_by_label("已开展的工作")
    before = "前文。\n| 街道 | 投资 |\n| 长宁 | 12 |\n后文。"
    field.fill(before)
    page.get_by_role("button", name=re.compile("编辑表格“街道”（2 行 2 栏）")).click()
    page.get_by_label("表名").fill("建设情况")
    page.get_by_label("第2行第2栏").focus()
    # Enter in the last row begins another one; what is copied from a sheet fills the cells.
    page.keyboard.press("Enter")
    expect(page.get_by_label("第3行第2栏")).to_be_focused()
    page.keyboard.press("Control+ArrowLeft")
    page.get_by_label("第3行第1栏").evaluate(PASTE, ["清河\t8\t好\n长街\t9\t差", ""])
    page.get_by_label("第1行第2栏").focus()
    page.get_by_role("button", name="与右格合并").click()
    page.get_by_role("button", name="完成").click()
    after = (
        "前文。\n表：建设情况\n| 街道 | 投资 | < |\n| 长宁 | 12 |  |\n| 清河 | 8 | 好 |\n"
        "| 长街 | 9 | 差 |\n后文。"
    )
    expect(field).to_have_value(after)
    field.press("Control+z")
    expect(field).to_have_value(before)
    field.press("Control+Shift+z")
    expect(field).to_have_value(after)
    wait_saved(page)
    page.reload()
    expect(field).to_have_value(after)
