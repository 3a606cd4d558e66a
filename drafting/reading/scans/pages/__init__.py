"""Images of pages → upright, even, clean pages, opened in a process of their own."""
