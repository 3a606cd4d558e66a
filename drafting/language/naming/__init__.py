"""Names of persons, places and units: what can be one, and whether two denote the same."""
