"""Training a pipeline on reviewed articles, and keeping the pipelines that were trained.

Importing this package imports no spaCy; `annotations.training.learning` and what it calls do.
"""
