"""What the product says on paper: ``replies/`` (Jinja2, a folder a form) and ``profiles/`` (TOML).

Data only: the rooms that use it are ``drafting.profile`` and ``drafting.assembly``.
"""

from pathlib import Path

PROFILES = Path(__file__).parent / "profiles"
CLOSINGS = Path(__file__).parent / "closings.toml"
REPLIES = Path(__file__).parent / "replies"
