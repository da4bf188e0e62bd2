"""Front two: who is at work, production, freight, stocks."""
