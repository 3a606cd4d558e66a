"""How a .docx is read, a module each kind; :mod:`drafting.reading.word.docx` puts them together.

``package`` opens the file and finds its parts; ``body`` walks paragraphs and tables, ``runs`` the
text within a paragraph; ``numbering``, ``notes``, ``fields``, ``controls``, ``formulas``,
``symbols``, ``styles`` and ``embedded`` know what each of these shows. Tables of signs are data.
"""
