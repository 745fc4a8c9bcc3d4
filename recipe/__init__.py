"""Rebuilds the Italian pipeline that Chiosa ships; needs the extra ``recipe`` and is no part of the wheel."""
