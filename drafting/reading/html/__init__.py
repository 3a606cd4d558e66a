"""Web pages: the document that a page carries, without the page."""
