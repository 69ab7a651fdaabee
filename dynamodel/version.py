"""The version, once: the build reads it from here, and so does `dynamodel --version`."""

__version__ = "0.1.0"
