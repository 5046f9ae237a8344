"""Errors of calling and building functions."""


class UnusedInputError(Exception):
    """An input that no output depends on."""
