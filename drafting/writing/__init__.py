"""Writing: a :class:`~drafting.model.Reply` becomes paper.

``write_docx`` typesets it after GB/T 9704-2012, ``render_preview`` shows the same pages in a
browser, ``write_text`` prints it as plain text, ``layout_notes`` lists what was adjusted in the
layout and what in the text needs a look. Depends on the model only.
"""

from drafting.writing.notes import layout_notes
from drafting.writing.plain import write_text
from drafting.writing.preview import render_preview
from drafting.writing.word.docx import write_docx

__all__ = ["layout_notes", "render_preview", "write_docx", "write_text"]
