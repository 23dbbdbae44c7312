"""One file = one space."""
