"""The city as data: schema, loader, checks with file and line, every resident."""
