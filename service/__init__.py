"""The outermost ring: command line, server, upkeep, doctor. It imports every room; none imports it."""
