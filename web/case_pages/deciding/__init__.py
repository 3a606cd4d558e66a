"""审阅: reading the paper, commenting on it, and deciding."""
