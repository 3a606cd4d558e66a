"""The Word file: elements, styles, both skins, and the package that holds them."""
