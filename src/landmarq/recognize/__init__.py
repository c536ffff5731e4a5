"""Recognition: one network pass, a dot product, and the checks that keep wrong photos out."""

from landmarq.recognize.answer import Match, Recognition
from landmarq.recognize.decide import Decisions
from landmarq.recognize.recognizer import Recognizer
from landmarq.recognize.rule import SQUARE_M, Rule

__all__ = ["SQUARE_M", "Decisions", "Match", "Recognition", "Recognizer", "Rule"]
