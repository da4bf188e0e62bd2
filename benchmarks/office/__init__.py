"""Speed of the office under load, on a seeded database."""
