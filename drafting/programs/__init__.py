"""Outside programs, called with limits of time and memory."""
