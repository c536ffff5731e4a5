"""Recognition: one network pass, a dot product, and the checks that keep wrong photos out."""

from landmarq.recognize.answer import Match, Recognition

__all__ = ["Match", "Recognition"]
