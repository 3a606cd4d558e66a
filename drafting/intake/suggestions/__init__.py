"""The list of suggestions, by weighing: every plausible reading and what speaks for each.

``outline`` tells the parts of a paper, ``marks`` the numbers by which points are told apart,
``readings`` makes the lists that a reader might see, ``weighing`` compares them, ``choosing`` takes
one and says how sure it is.
"""

from drafting.intake.suggestions.choosing import of_document, read_list, stated, with_suggestions

__all__ = ["of_document", "read_list", "stated", "with_suggestions"]
