"""Working days, and when things are due by the profile of a unit."""
