"""The office's own Word template: looked over when it is handed in, filled when a paper leaves.

A template is a .docx with placeholders as docxtpl writes them (``{{ 标题 }}``, ``{%p if 抄送 %}``)
or with Word's content controls. It is filled here over its XML and not by docxtpl, for reasons in
``docs/decisions/own-template.md``: nothing in a template is run, what is not understood is said in
Chinese with its place, and nothing but the placeholders changes.
"""

from drafting.writing.own_template.binding import BLANK, Binding
from drafting.writing.own_template.filling import Filled, fill
from drafting.writing.own_template.inspecting import Inspection, Placeholder, inspect
from drafting.writing.own_template.package import TEMPLATE_MAX_BYTES, Remark

__all__ = [
    "BLANK",
    "TEMPLATE_MAX_BYTES",
    "Binding",
    "Filled",
    "Inspection",
    "Placeholder",
    "Remark",
    "fill",
    "inspect",
]
