"""Access: login, accounts, permissions, limits, and the audit log."""
