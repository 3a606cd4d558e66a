"""The rules of the proofreader, a family a module, and the registry that orders them."""
