"""The procedure: a declared state machine, its guards and effects, numbers and promises."""
