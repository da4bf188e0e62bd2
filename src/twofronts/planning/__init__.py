"""Both fronts under a rulebook: play, compare, search, explain."""
