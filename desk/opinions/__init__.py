"""会办意见 and 征询: who is asked for an opinion, how, and what comes back."""
