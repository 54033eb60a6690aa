# SPDX-License-Identifier: MulanPSL-2.0
"""Reading ballots."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from linli.base import clock
from linli.base.definitions import body_as
from linli.base.text import label
from linli.engines.ballots.models import Ballot, Definition, Vote
from linli.engines.ballots.rules import BallotSpec
from linli.kernel.forms import selectors as forms
from linli.kernel.forms.grammar import FormSpec
from linli.kernel.workflow.models import Matter


@dataclass(frozen=True)
class Question:
    """What is asked: the marks, best first, which of them are bad, and the reasons asked for
    with a bad one."""

    ballot: Ballot
    title: str
    help: str
    options: Mapping[str, str]
    bad: tuple[str, ...]
    reasons: Mapping[str, str]
    form: FormSpec | None


def ballot_open(matter: Matter) -> Ballot | None:
    """The ballot on this matter that waits for a mark, if there is one."""
    return (
        Ballot.objects.filter(matter=matter, closed_at__isnull=True)
        .select_related("definition", "matter", "matter__place")
        .order_by("-pk")
        .first()
    )


def ballots_of(matter: Matter) -> list[Ballot]:
    """All ballots on a matter, newest first, with the mark given."""
    rows = Ballot.objects.filter(matter=matter).select_related("definition", "vote")
    return list(rows.order_by("-pk"))


def is_carried(key: str, path: str) -> bool:
    """Whether the engine can hold the ballot of that key at a place."""
    definition = Definition.objects.find("ballot", key, path, clock.today())
    return definition is not None and spec_read(definition).is_carried


def spec_of(ballot: Ballot) -> BallotSpec:
    """A ballot's own version of its definition."""
    return spec_read(ballot.definition)


def spec_read(definition: Definition) -> BallotSpec:
    """A definition as a value."""
    return body_as(definition, BallotSpec)


def question_of(ballot: Ballot) -> Question:
    """A ballot as a page asks it, in the language of the page."""
    spec, path = spec_of(ballot), ballot.matter.place.path
    reasons = forms.choices_get(_key(spec.reasons), path) if spec.reasons else {}
    return Question(
        ballot=ballot,
        title=label(spec.label.as_label()),
        help=label(spec.help.as_label()) if spec.help else "",
        options={key: label(words.as_label()) for key, words in spec.options.items()},
        bad=spec.bad,
        reasons={key: label(words) for key, words in reasons.items()},
        form=forms.form_find(_key(spec.form), path) if spec.form else None,
    )


def _key(reference: str) -> str:
    return reference.partition(":")[2]


def votes_aged(until: dt.datetime) -> QuerySet[Vote]:
    """Marks that still say who gave them, from before a moment."""
    return Vote.objects.filter(account__isnull=False, at__lt=until)
