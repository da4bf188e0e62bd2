"""The office: the web application in which a city's registers, filings, reports and tasks live."""
