"""审阅: the paper as whoever decides reads it, and the comments put on it."""
