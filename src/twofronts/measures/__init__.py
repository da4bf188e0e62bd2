"""What can be decided: the catalogue of measures, district grades, the rulebook."""
