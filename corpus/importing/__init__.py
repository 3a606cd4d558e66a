"""Import: files, folders, zip archives and ledgers into the archive, in worker processes."""
