"""Plain text: its encoding, and what scrapers and copying did to it."""
