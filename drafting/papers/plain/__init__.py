"""Lines as a format gives them, and what web pages and scrapers did to them put right."""
