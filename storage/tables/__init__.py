"""Tables as such: which there are, what changed in them, how they are carried elsewhere."""
