"""Who comes in: login, accounts, rules of access, limits, and the log of what was done."""
