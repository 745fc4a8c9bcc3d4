"""The commands of ``chiosa``, one a file.

Each module has ``SUMMARY`` (a line), ``EXAMPLE``, ``arguments(parser)`` and ``run(args)``, which returns the
exit status or raises `annotations.errors.ChiosaError`.
"""
