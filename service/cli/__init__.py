"""The command line: a command a module, thin over the desk."""
