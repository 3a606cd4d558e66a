"""What texts mean, as vectors of an optional model: off unless installed and switched on."""
