"""People: accounts, passwords, sessions, and who may do what."""
