"""Tables on disk: read, checked, written whole or not at all, and listed; and how much of them fits into memory."""
