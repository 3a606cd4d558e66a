"""Scripts that build the product's data files: run by hand, never by the product."""
