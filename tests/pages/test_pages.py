from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from landmarq.pages import render


def test_a_name_that_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("evaluation/offline.html")
