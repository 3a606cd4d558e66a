"""The list of suggestions: every plausible reading of a text is weighed and the best is taken.

``outline`` finds the zones of a paper, ``marks`` the numbering of points, ``readings`` the
candidate lists; ``weighing`` scores them, and ``choosing`` takes one and states how certain it is.
"""

from drafting.intake.suggestions.choosing import of_document, read_list, stated, with_suggestions

__all__ = ["of_document", "read_list", "stated", "with_suggestions"]
