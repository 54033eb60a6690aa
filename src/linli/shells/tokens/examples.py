# SPDX-License-Identifier: MulanPSL-2.0
"""Examples made of an OpenAPI document: what is sent to an operation, and what it answers. Pure."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

Schema = Mapping[str, Any]
Schemas = Mapping[str, Schema]

JSON, FORM = "application/json", "multipart/form-data"
MOMENT = "2026-03-10T10:00:00+08:00"
PLAIN: Mapping[str, Any] = {"string": "", "integer": 1, "number": 1.0, "boolean": False}
PHOTO = "drain.jpg"


def example_of(schema: Schema, schemas: Schemas, *, is_sent: bool = False) -> Any:
    """What a value of a schema may look like; of what is sent only what must be, or has an example
    of its own.
    """
    for name in ("examples", "example"):
        if name in schema:
            return schema[name][0] if name == "examples" else schema[name]
    if "$ref" in schema:
        return example_of(schemas[name_of(schema)], schemas, is_sent=is_sent)
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas, is_sent=is_sent)
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas, is_sent=is_sent)]
    if "properties" in schema:
        return _object(schema, schemas, is_sent=is_sent)
    return _plain(schema)


def _object(schema: Schema, schemas: Schemas, *, is_sent: bool) -> dict[str, Any]:
    must = schema.get("required", ())
    return {
        name: example_of(each, schemas, is_sent=is_sent)
        for name, each in schema["properties"].items()
        if not is_sent or name in must or {"example", "examples"} & each.keys()
    }


def _plain(schema: Schema) -> Any:
    if "default" in schema:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") == "date-time":
        return MOMENT
    return PLAIN.get(schema.get("type", ""), {})


def name_of(schema: Schema) -> str:
    """The name of the schema that one refers to; "" if it refers to none."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def parameters_of(operation: Schema, where: str) -> dict[str, Any]:
    """Values for the parameters that must be given or have an example, by name."""
    return {
        each["name"]: each.get("example", _plain(each["schema"]))
        for each in operation.get("parameters", ())
        if each["in"] == where and (each["required"] or "example" in each)
    }


def address_of(path: str, operation: Schema) -> str:
    """The address with the examples of its parameters filled in."""
    for name, value in parameters_of(operation, "path").items():
        path = path.replace(f"{{{name}}}", str(value))
    query = urlencode(parameters_of(operation, "query"))
    return f"{path}?{query}" if query else path


def body_of(operation: Schema, schemas: Schemas) -> Any:
    """What is sent as JSON; None where nothing is, or a form."""
    sent = operation.get("requestBody", {}).get("content", {}).get(JSON)
    return None if sent is None else example_of(sent["schema"], schemas, is_sent=True)


def request_of(method: str, path: str, operation: Schema, schemas: Schemas, *, site: str) -> str:
    """The whole request as one types it into a shell."""
    parts = ["curl" if method == "get" else f"curl -X {method.upper()}"]
    if operation.get("security"):
        parts.append('-H "Authorization: Bearer $TOKEN"')
    for name, value in parameters_of(operation, "header").items():
        parts.append(f'-H "{name}: {value}"')
    body = body_of(operation, schemas)
    if body is not None:
        parts.append(f'-H "Content-Type: {JSON}"')
        parts.append(f"-d '{json.dumps(body, ensure_ascii=False)}'")
    form = operation.get("requestBody", {}).get("content", {}).get(FORM)
    if form is not None:
        parts += [f'-F "{name}=@{PHOTO}"' for name in form["schema"]["properties"]]
    parts.append(f'"{site}{address_of(path, operation)}"')
    return " \\\n  ".join(parts)


def answer_of(operation: Schema, schemas: Schemas) -> str:
    """What comes back when all goes well, as JSON; "" for a file or what is not described."""
    for status, each in operation["responses"].items():
        answered = each.get("content", {}).get(JSON)
        if str(status).startswith("2") and answered is not None:
            found = example_of(answered["schema"], schemas)
            return json.dumps(found, ensure_ascii=False, indent=2)
    return ""
