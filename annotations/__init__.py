"""All that is true of Chiosa without a terminal: articles, spans, edits, the store, suggesters, formats.

Nothing here imports from ``tui``.
"""

__version__ = "0.1.0"
