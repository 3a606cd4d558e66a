"""The log of what was done, the chain that guards it, and the running log of the service."""
