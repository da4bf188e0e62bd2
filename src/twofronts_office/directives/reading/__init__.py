"""Reading a directive: cleaned, split into items by line of work, and marked.

Nothing here writes: what is read is a proposal that a person looks at.
"""

from twofronts_office.directives.reading.reader import Read, ReadItem, read

__all__ = ["Read", "ReadItem", "read"]
