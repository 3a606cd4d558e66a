"""Other systems told of what happens: who is told, by which secret, and what is on its way."""
