"""The browser's side: a Flask app factory, one blueprint a page.

The web holds no rule of the field. It reads forms into the nouns of :mod:`drafting.model`, asks
the rooms, and shows what they say. Every page works without script; script only spares steps.
"""

from web.app import create_app

__all__ = ["create_app"]
