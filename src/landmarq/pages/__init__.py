"""HTML pages from templates; the one door to Jinja2.

Templates lie in ``pages/templates``. Every value is escaped: names of landmarks and files come from
strangers. A name that a template uses and that is not given is an error.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, **values: object) -> str:
    """Return the text of ``template`` (its path under ``pages/templates``) filled with ``values``."""
    return _environment().get_template(template).render(values)


@functools.cache
def _environment() -> Environment:
    # Imported here: commands that write no page answer sooner.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("landmarq.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
