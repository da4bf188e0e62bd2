"""The web office: registers, filings, reports, needs and tasks (Django)."""
