"""The desk in the terminal: screens, widgets, keys, and the command line. Imports ``annotations``."""
