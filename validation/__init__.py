"""Validation against published results and other programs: run by ``make validate``."""
