"""spaCy components of Chiosa, for its own Italian pipeline and for anyone's."""
