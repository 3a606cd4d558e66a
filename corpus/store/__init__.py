"""The archive's documents in SQLite: kept, corrected, listed, deleted, and who may see them."""
