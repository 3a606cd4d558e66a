"""The office's pages: today, the list of matters, procedure, promises, numbers, statistics."""
