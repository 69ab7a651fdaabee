"""Mistakes of a spec that need more than one of its parts; `run.check` finds them all."""
