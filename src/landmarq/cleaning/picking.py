"""Which photos of a landmark to show to the person who picks its references: different views, common ones first."""

from __future__ import annotations

import numpy as np

from landmarq.cleaning.claims import Stored
from landmarq.cluster import complete_link
from landmarq.types import Ints

_MOST = 600


def propose(vectors: Stored, *, count: int = 9, max_diameter: float = 0.8) -> Ints:
    """Return the medoids of the largest clusters of a landmark's photos, and of smaller ones until there are enough.

    Args:
        vectors: the rows that claim the landmark, (n, d) unit rows; of very many, 600 evenly spread ones are looked at.
        count: photos wanted.
        max_diameter: largest dissimilarity (1 - similarity) within a cluster.

    Returns:
        Photos, (min(n, count),) int64, those of the largest clusters first; fewer where photos are the same.
    """
    looked = np.arange(len(vectors))[:: max(1, -(-len(vectors) // _MOST))]
    some = vectors[looked].astype(np.float32)
    if not len(some):
        return looked
    labels = complete_link(some, max_diameter=max_diameter)
    chosen = []
    for cluster in range(min(count, int(labels.max()) + 1)):
        members = np.flatnonzero(labels == cluster)
        inner = some[members] @ some[members].sum(axis=0)
        chosen.append(members[int(inner.argmax())])
    # Few clusters leave places: they go to the photos that are least like those chosen.
    while len(chosen) < min(count, len(some)):
        nearest = (some @ some[chosen].T).max(axis=1)
        nearest[chosen] = np.inf
        chosen.append(int(nearest.argmin()))
    found: Ints = looked[np.array(chosen, np.int64)]
    return found
