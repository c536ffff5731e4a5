"""Photos worth a person's look: those that the recogniser was least sure of, most useful first."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from landmarq.albums.library import Library
from landmarq.recognize import Recognizer

NEAR_SCORE = 0.08
"""A photo is in doubt when its score is at most this far from 0, on either side."""

_ALIKE = 0.9
"""Two photos this similar are one question: the second is not asked until the first is answered."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question to a person: does this photo show this landmark?

    Attributes:
        content: the photo.
        landmark: id of its best candidate.
        similarity: to that candidate.
        score: 0 or more where it is in the album now.
    """

    content: int
    landmark: str
    similarity: float
    score: float


def doubts(library: Library, recognizer: Recognizer, *, limit: int = 60) -> list[Doubt]:
    """Return the photos nearest to the threshold, nearest first.

    An answer there decides most: it mends an album or fills a gap, while far from the threshold it would only
    say what the albums say already. Of photos that look alike only one is asked for; those that a person spoke
    of are left out.
    """
    rulings = library.corrections.rulings()
    query = (
        "select content, best, similarity, score from decisions where abs(score) <= ? and best is not null "
        "and exists (select 1 from files where files.content = decisions.content) order by abs(score), content"
    )
    names = json.loads(library.recall("landmarks") or "[]")
    found = [
        Doubt(content, names[best], similarity, score)
        for content, best, similarity, score in library.store.db.execute(query, (NEAR_SCORE,))
        if best < len(names) and names[best] not in rulings.get(content, {})
    ]
    return _unlike(library, found[: 4 * limit], recognizer)[:limit]


def _unlike(library: Library, found: list[Doubt], recognizer: Recognizer) -> list[Doubt]:
    if not found:
        return []
    vectors = library.store.vectors([each.content for each in found], model=library.store.model(recognizer.model))
    kept: list[int] = []
    for row, doubt in enumerate(found):
        same = [other for other in kept if found[other].landmark == doubt.landmark]
        if not same or float(np.max(vectors[same] @ vectors[row])) < _ALIKE:
            kept.append(row)
    return [found[row] for row in kept]


def most_similar(library: Library, content: int, recognizer: Recognizer, *, limit: int) -> list[tuple[int, float]]:
    """Return the photos of the library most similar to one of them, itself first: (content, similarity).

    Raises:
        KeyError: the photo has no vector of the recogniser's model.
    """
    model = library.store.model(recognizer.model)
    wanted = library.store.vectors([content], model=model)[0]
    best: list[tuple[float, int]] = []
    for contents, vectors in library.store.each_vector(model, batch=20_000):
        similarities = vectors @ wanted
        top = np.argsort(-similarities)[:limit]
        best = sorted([*best, *((float(similarities[at]), int(contents[at])) for at in top)], reverse=True)[:limit]
    return [(content, similarity) for similarity, content in best]
