"""People told in time: what each chooses, the messages on their way, robots and gateways."""
