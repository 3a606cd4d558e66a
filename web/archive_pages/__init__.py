"""The archive's pages: search, a document, import and correction, and the JSON interface."""
