"""A reply laid out: words into lines, lines into pages, by the measures of GB/T 9704-2012."""
