"""The mistakes of a user: what went wrong, said in Chinese, fit to be shown."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can fix. The message is Chinese and fit to be shown.

    ``field`` names the form field or file concerned, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
