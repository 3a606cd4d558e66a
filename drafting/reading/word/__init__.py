"""How a .docx is read, a module each kind; :mod:`drafting.reading.word.docx` puts them together.

``body`` walks paragraphs and tables, ``runs`` the text within a paragraph; ``markup`` opens the
file, finds its parts and knows what numbers, notes, fields, controls, formulas, symbols and styles
show. Tables of signs are data.
"""
