"""Pages of docs/ whose figures scripts write: each part stands between a mark that names its script, and an end."""

from __future__ import annotations

import re


def filled(page: str, part: str, text: str, *, by: str) -> str:
    """Return a page with the text of one part; what stood between its marks goes.

    Args:
        page: the page as it is.
        part: named by its mark.
        text: to stand there.
        by: file name of the script that writes this part, as the mark says.

    Raises:
        SystemExit: the page has no marks for this part.
    """
    mark = re.compile(rf"(<!-- {re.escape(part)}: by benchmarks/{re.escape(by)} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not mark.search(page):
        raise SystemExit(f"the page has no marks for {part} by {by}")
    return mark.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page)
