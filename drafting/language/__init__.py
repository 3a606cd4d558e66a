"""What Chinese official text is made of, each pattern once; every room above reads with it."""
