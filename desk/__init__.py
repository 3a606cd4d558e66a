"""The use cases, each implemented once over the stores; web, command line and API call them."""
