"""Benchmarks against peers and against the floors: run by ``make bench``."""
