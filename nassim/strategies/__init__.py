"""One file = one strategy; its first line gives its name and paper."""
