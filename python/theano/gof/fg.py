"""Errors of building functions."""


class MissingInputError(Exception):
    """A variable that outputs depend on was not provided."""
