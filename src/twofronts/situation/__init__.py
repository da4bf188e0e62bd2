"""From reports to estimates: delays, reproduction number, grades, fit, forecast, scores."""
