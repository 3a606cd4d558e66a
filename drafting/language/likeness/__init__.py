"""What two texts have in common: terms, characters mistaken, changes, items alike."""
