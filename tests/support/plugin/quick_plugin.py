"""A plugin of pytest for emitted suites: moto is quick from the start."""

from dynamodel.verify.backends.quick_moto import quick

quick()
