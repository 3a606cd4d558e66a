"""Work behind the pages: kinds of it, and the workers that claim and do it."""
