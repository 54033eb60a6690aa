# SPDX-License-Identifier: MulanPSL-2.0
"""What is filled in on the pages of matters: files kept, refusals by field, and the facts of a
matter.
"""

from django.http import HttpRequest

from linli.base.actor import Actor
from linli.base.errors import Message, Refused
from linli.kernel.files import services as files
from linli.kernel.forms.grammar import FormSpec
from linli.kernel.forms.terms import FILES
from linli.kernel.workflow.work import Work
from linli.shells.frame.filling import OWN, Fact, fact_of

OWNER = "matter"
"""The kind under which workflow guards the files of a matter."""
UPLOAD = "upload"
"""The field under which a refusal of an upload itself comes."""
FORM_INVALID = "form_invalid"


def files_keep(
    request: HttpRequest, actor: Actor, form: FormSpec | None, owner_key: str, path: str
) -> dict[str, list[str]]:
    """Keep what was uploaded into the fields of a form; gives their keys by field."""
    names = [name for name, field in form.fields.items() if field.kind in FILES] if form else []
    return {
        name: [
            files.file_store(
                actor=actor,
                upload=upload,
                owner_kind=OWNER,
                owner_key=owner_key,
                place_path=path,
            ).key
            for upload in request.FILES.getlist(name)
        ]
        for name in names
        if request.FILES.getlist(name)
    }


def errors_of(refusal: Refused, form: FormSpec | None) -> dict[str, Message]:
    """What is wrong by field of the page; with "" what is wrong with the whole."""
    if not refusal.fields:
        return {"": refusal.message}
    if refusal.code == FORM_INVALID:
        return dict(refusal.fields)
    uploads = [name for name, field in form.fields.items() if field.kind in FILES] if form else []
    known = {UPLOAD: uploads[0]} if uploads else {}
    return {known.get(name, f"{OWN}{name}"): said for name, said in refusal.fields.items()}


def facts_of(work: Work) -> list[Fact]:
    """What was filled in when a matter was opened."""
    if work.spec.form is None:
        return []
    form = work.form(work.spec.form)
    known = {name: work.matter.values.get(name) for name in form.fields}
    filled = {name: value for name, value in known.items() if value not in (None, "", [])}
    options = work.options(form) if any(form.fields[name].of for name in filled) else {}
    return [fact_of(form.fields[name], value, options) for name, value in filled.items()]
