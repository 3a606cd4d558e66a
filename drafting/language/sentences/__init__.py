"""What a sentence tells: asked for, done, to come, promised; lists of points counted."""
