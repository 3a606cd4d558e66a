"""The desk: each use case once, over the stores; web, command line and API are thin over it."""
