# SPDX-License-Identifier: MulanPSL-2.0
"""Forms for tests."""

from typing import Any

from linli.kernel.forms.grammar import FormSpec


def form_spec(**fields: Any) -> FormSpec:
    """A form with these fields, each as a pack writes it; without a label a field is called by
    its name."""
    written = {
        name: body if "label" in body or "same_as" in body else {"label": {"zh": name}, **body}
        for name, body in fields.items()
    }
    head = {"label": {"zh": "表"}, "clause": "practice"}
    return FormSpec.model_validate({**head, "fields": written})
