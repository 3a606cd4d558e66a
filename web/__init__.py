"""The browser's side: a Flask app factory, one blueprint per page.

The web holds no rule of the field. It reads forms into the nouns of :mod:`drafting.model`, calls
the desk, and shows the results. Every page works without script; script only saves steps.
"""

from web.app import create_app

__all__ = ["create_app"]
