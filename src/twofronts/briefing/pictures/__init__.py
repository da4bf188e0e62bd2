"""The brief's pictures: each a function of evidence and language that returns a matplotlib figure."""
