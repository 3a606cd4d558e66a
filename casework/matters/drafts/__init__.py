"""A matter's draft as it is kept: every version, who brought what, two people on one answer."""
