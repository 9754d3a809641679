"""The package's version, part of what identifies a result."""

__version__ = "0.1.0"
