"""What a process that commands are forked from has imported and loaded before (commandline.py)."""

from service import warming
from service.cli import app

__all__ = ["app"]

warming.load()
