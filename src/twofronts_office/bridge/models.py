"""The parts of a city that the office keeps for the core but does not edit."""

from __future__ import annotations

from django.db import models


class CityFile(models.Model):
    """One file of the city's folder as it was brought in: tables of people, sectors, schools."""

    name = models.CharField(max_length=80, unique=True)
    text = models.TextField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
