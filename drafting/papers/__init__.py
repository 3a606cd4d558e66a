"""What an official paper says: lines → head, title, recipients, numbered tree, measures, tail.

``structure`` puts together what ``policies``, ``letters`` and ``plain`` know; each stands on those
named after it.
"""
