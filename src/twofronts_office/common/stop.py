"""What ends a command with a sentence instead of a traceback."""


class Stop(Exception):
    """A command cannot do what it was asked; the message says what, why and what to do."""
