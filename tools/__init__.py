"""How data files of the product are built: run by hand, never by the product."""
