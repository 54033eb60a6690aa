# SPDX-License-Identifier: MulanPSL-2.0
"""An OpenAPI document as a page shows it: chapters, operations, fields, in the reader's language.

The document itself is in English. Each of its sentences is looked up in the catalogs: the part that
says it has its Chinese.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from linli.base.errors import Message
from linli.shells.tokens.bearer import ACTING, SCOPE
from linli.shells.tokens.examples import Schema, Schemas, answer_of, name_of, request_of
from linli.shells.tokens.listing import scopes_said

WHERE: Mapping[str, Message] = {
    "path": gettext_lazy("in the address"),
    "query": gettext_lazy("after the question mark"),
    "header": gettext_lazy("in the head of the request"),
}
KINDS: Mapping[str, Message] = {
    "string": gettext_lazy("text"),
    "integer": gettext_lazy("whole number"),
    "number": gettext_lazy("number"),
    "boolean": gettext_lazy("true or false"),
    "object": gettext_lazy("object"),
    "date-time": gettext_lazy("time"),
    "binary": gettext_lazy("file"),
}
ANSWERS: Mapping[str, Message] = {
    "200": gettext_lazy("it is done, or here it is"),
    "201": gettext_lazy("it was taken in"),
    "401": gettext_lazy("no token that is good now, and nobody has signed in"),
    "403": gettext_lazy("the token does not carry what this needs; the message names it"),
    "404": gettext_lazy("it is not there, or not for you"),
    "409": gettext_lazy("somebody was first, or it has gone on"),
    "422": gettext_lazy("something is missing or wrong; the fields say what"),
    "429": gettext_lazy("too many; wait as many seconds as Retry-After says"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a field: what it is called, what goes into it, and what it means."""

    name: str
    words: SafeString
    kind: str
    shape: str
    where: Message
    is_required: bool
    choices: tuple[str, ...]
    usual: str


@dataclass(frozen=True, slots=True)
class Shape:
    """An object that goes in or comes out, with its fields."""

    name: str
    words: SafeString
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What may come back: the status, what it means, and the object that comes with it."""

    status: str
    words: Message
    kind: str
    shape: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for."""

    key: str
    method: str
    path: str
    words: SafeString
    is_public: bool
    scope: tuple[str, str] | None
    is_acting: bool
    parameters: tuple[Field, ...]
    body: Shape | None
    body_type: str
    answers: tuple[Answer, ...]
    request: str
    answer: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The operations on one sort of thing."""

    key: str
    title: str
    operations: tuple[Operation, ...]


def chapters_of(document: Schema, *, site: str) -> list[Chapter]:
    """The operations of a document by their first tag, in the order of the document."""
    found: dict[str, list[Operation]] = {}
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, each in methods.items():
            operation = _operation(method, path, each, schemas, site)
            found.setdefault(each["tags"][0], []).append(operation)
    return [
        Chapter(tag.replace(" ", "_"), said(tag.capitalize()), tuple(operations))
        for tag, operations in found.items()
    ]


def shapes_of(document: Schema) -> list[Shape]:
    """The objects that a document knows, by name."""
    schemas = document["components"]["schemas"]
    return [_shape(name, schemas[name]) for name in sorted(schemas)]


def said(text: str) -> str:
    """A sentence of the document in the reader's language; however its lines were broken."""
    plain = " ".join(text.split())
    return gettext(plain) if plain else ""


def coded(text: str) -> SafeString:
    """The same with what stands `between backticks` set as code."""
    parts = said(text).split("`")
    marked = (
        format_html("<code>{}</code>", part) if number % 2 else part
        for number, part in enumerate(parts)
    )
    return format_html_join("", "{}", ((part,) for part in marked))


def sentences_of(document: Schema) -> Iterator[str]:
    """Every sentence of a document that a page shows."""
    for methods in document["paths"].values():
        for operation in methods.values():
            yield operation["tags"][0].capitalize()
            yield operation.get("description", "")
            yield from (each.get("description", "") for each in operation["parameters"])
            for sent in operation.get("requestBody", {}).get("content", {}).values():
                yield from _described(sent["schema"])
    for schema in document["components"]["schemas"].values():
        yield schema.get("description", "")
        yield from _described(schema)


def _described(schema: Schema) -> Iterator[str]:
    for each in schema.get("properties", {}).values():
        yield each.get("description", "")


def _operation(method: str, path: str, told: Schema, schemas: Schemas, site: str) -> Operation:
    scope = told.get(SCOPE, "")
    body, body_type = _body(told, schemas)
    return Operation(
        key=told["operationId"],
        method=method.upper(),
        path=path,
        words=coded(told.get("description", "")),
        is_public=not told.get("security"),
        scope=scopes_said([scope])[0] if scope else None,
        is_acting=bool(told.get(ACTING)),
        parameters=tuple(_parameter(each) for each in told["parameters"]),
        body=body,
        body_type=body_type,
        answers=tuple(_answer(status, each) for status, each in told["responses"].items()),
        request=request_of(method, path, told, schemas, site=site),
        answer=answer_of(told, schemas),
    )


def _body(told: Schema, schemas: Schemas) -> tuple[Shape | None, str]:
    """What is sent, and as what: JSON or a form."""
    for kind, sent in told.get("requestBody", {}).get("content", {}).items():
        name = name_of(sent["schema"])
        return _shape(name, schemas[name] if name else sent["schema"]), kind
    return None, ""


def _shape(name: str, schema: Schema) -> Shape:
    must = schema.get("required", ())
    fields = schema.get("properties", {}).items()
    return Shape(
        name=name,
        words=coded(schema.get("description", "")),
        fields=tuple(_field(key, each, is_required=key in must) for key, each in fields),
    )


def _parameter(told: Schema) -> Field:
    schema = {**told["schema"], "description": told.get("description", "")}
    where = WHERE[told["in"]]
    return _field(told["name"], schema, is_required=told["required"], where=where)


def _field(name: str, schema: Schema, *, is_required: bool, where: Message = "") -> Field:
    kind, shape = _kind(schema)
    usual = schema.get("default")
    return Field(
        name=name,
        words=coded(schema.get("description", "")),
        kind=kind,
        shape=shape,
        where=where,
        is_required=is_required,
        choices=tuple(str(each) for each in schema.get("enum", ()) if each != ""),
        usual="" if usual in (None, "", {}, False) else str(usual),
    )


def _kind(schema: Schema) -> tuple[str, str]:
    """What goes into a field, in words, and the object that is meant; "" for none."""
    if "$ref" in schema:
        return str(KINDS["object"]), name_of(schema)
    if "anyOf" in schema:
        kind, shape = _kind(schema["anyOf"][0])
        return _("%(kind)s, or null") % {"kind": kind}, shape
    if schema.get("type") == "array":
        kind, shape = _kind(schema["items"])
        return _("list of: %(kind)s") % {"kind": kind}, shape
    known = schema.get("format") if schema.get("format") in KINDS else schema.get("type", "object")
    limits = _limits(schema)
    return f"{KINDS[str(known)]}{limits}", ""


def _limits(schema: Schema) -> str:
    if "minimum" in schema and "maximum" in schema:
        return f" {schema['minimum']}–{schema['maximum']}"
    if "maxLength" in schema:
        most = {"most": schema["maxLength"]}
        return _(", at most %(most)s characters") % most
    return ""


def _answer(status: Any, told: Schema) -> Answer:
    kind, shape = "", ""
    for media, each in told.get("content", {}).items():
        schema = each["schema"]
        kind, shape = (media, "") if schema.get("format") == "binary" else _kind(schema)
    return Answer(str(status), ANSWERS.get(str(status), ""), kind, shape)
