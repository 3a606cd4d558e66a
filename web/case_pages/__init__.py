"""The pages of a matter: registering, checking the card, drafting, procedure."""
