"""Every field of the API carries an example, and the examples are what they are examples of."""

from __future__ import annotations

import inspect
import types
import typing
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from landmarq.server import commands, schemas

MODELS = {
    name: model
    for module in (commands, schemas)
    for name, model in inspect.getmembers(module, inspect.isclass)
    if issubclass(model, BaseModel) and model.model_fields
}


def example(annotation: Any) -> Any:
    """Put a value together from the examples of a model's fields; a list has one member."""
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is list:
        return [example(arguments[0])]
    if isinstance(annotation, types.UnionType):
        return example(arguments[0])
    assert issubclass(annotation, BaseModel), f"a field of the kind {annotation} has no example"
    return {
        name: field.examples[0] if field.examples else example(field.annotation)
        for name, field in annotation.model_fields.items()
    }


@pytest.mark.parametrize("name", sorted(MODELS))
def test_examples_are_valid(name: str) -> None:
    MODELS[name].model_validate(example(MODELS[name]))


def test_the_description_shows_examples_content_types_and_the_token(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert set(MODELS) - {"Frozen"} == set(described["components"]["schemas"])
    asked = described["paths"]["/v1/recognize"]["post"]
    answers = asked["responses"]["200"]["content"]["application/json"]["example"]
    found = schemas.AnswersBody.model_validate(answers).photos
    assert [bool(each.landmarks) for each in found] == [True, False, False]
    assert asked["operationId"] == "recognize"
    assert "Retry-After" in asked["responses"]["429"]["headers"]
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, kind in (("/metrics", "text/plain"), ("/exports/albums.zip", "application/zip")):
        assert list(described["paths"][path]["get"]["responses"]["200"]["content"]) == [kind]
    names = [each["operationId"] for path in described["paths"].values() for each in path.values()]
    assert len(names) == len(set(names))
