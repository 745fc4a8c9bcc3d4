"""The one family of exceptions whose text is meant for a person."""


class ChiosaError(Exception):
    """Something went wrong that a person can mend; ``str()`` is one line saying what and how."""
