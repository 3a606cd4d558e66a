"""The outermost ring: command line, server, upkeep, doctor. No other room imports it."""
