"""Statistics as pure functions of arrays; they know nothing of nassim."""
