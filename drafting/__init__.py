"""The heart of the reply drafting assistant: from a proposal to a finished reply.

One path, left to right: reading → intake → evidence → assembly → checking → writing.
Nothing here knows of the web or of SQL; the archive is reached through the small
``Library`` protocol of :mod:`drafting.answering.passages.library`, which the room ``corpus``
implements.
"""

__version__ = "0.1.0"
