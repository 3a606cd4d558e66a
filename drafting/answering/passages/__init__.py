"""What a passage is to a suggestion: whose word, about what, done or promised, how quoted."""
