# SPDX-License-Identifier: MulanPSL-2.0
"""The sentences in which checks say what is wrong, so that each reader gets them in their own
language.

Checks write plain English with the words of the pack in it; here each sentence stands once with
gaps in place of those words. `said` finds the sentence and says it anew.
"""

import re
from collections.abc import Iterator
from functools import cache

from django.utils.translation import gettext, gettext_noop

NEAR = gettext_noop('%(said)s (did you mean "%(near)s"?)')
"""The hint at the nearest known word, behind any of the others."""

PHRASES = (
    gettext_noop("the file is not UTF-8 text"),
    gettext_noop('the file is in GBK; open it and save it again as "CSV UTF-8"'),
    gettext_noop("stands already in %(at)s"),
    gettext_noop("%(file)s is no table of a pack (known: %(known)s)"),
    gettext_noop("%(file)s has no heading line"),
    gettext_noop('the heading "%(name)s" stands twice'),
    gettext_noop('the heading "%(name)s" is missing'),
    gettext_noop('"%(name)s" is no heading here'),
    gettext_noop("the row has %(cells)s cells and the heading %(names)s"),
    gettext_noop("the row cannot be read: %(what)s"),
    gettext_noop("the file cannot be read from here on: Cannot overwrite a value"),
    gettext_noop("the file cannot be read from here on: Duplicate inline table key %(name)s"),
    gettext_noop("the file cannot be read from here on: Cannot declare %(name)s twice"),
    gettext_noop("the file cannot be read from here on: %(what)s"),
    gettext_noop('"%(kind)s" stands alone; write it under a heading such as %(heading)s'),
    gettext_noop('"%(name)s" is no table'),
    gettext_noop("the pack does not say what it is: %(heading)s"),
    gettext_noop('"%(key)s" is missing'),
    gettext_noop('"%(key)s" is no key here'),
    gettext_noop('"%(kind)s" is no kind of definition that is carried here'),
    gettext_noop('the clause begins with "%(word)s", which is no source'),
    gettext_noop('"%(name)s" is not there'),
    gettext_noop("is a row of the base that is not there: nothing to remove"),
    gettext_noop("is removed here, and %(name)s still needs it"),
    gettext_noop("lies outside the place of this pack"),
    gettext_noop('the pack calls itself "%(name)s"; this is the draft of "%(pack)s"'),
    gettext_noop('the pack is bound to "%(place)s"; this draft is for "%(own)s"'),
    gettext_noop("a city's pack stands on the common base: base = %(base)s"),
    gettext_noop('"remove" goes with "extends"'),
    gettext_noop('"extends" runs in a circle or over more than %(steps)s steps'),
    gettext_noop('"%(name)s" is of another kind'),
    gettext_noop('"%(name)s" is not there to be extended'),
    gettext_noop('"remove" names "%(path)s", which is not there'),
    gettext_noop("a city's pack says which place it is bound to"),
    gettext_noop('%(name)s has no step "%(step)s"'),
    gettext_noop('%(name)s has no clock "%(clock)s"'),
    gettext_noop("a span is at least 1 long"),
    gettext_noop("%(span)s is longer than 200 years"),
    gettext_noop('"%(text)s" is no span; write a whole number and a unit, such as %(example)s'),
    gettext_noop('"%(word)s" is no unit of time'),
    gettext_noop('write "%(right)s", not "%(text)s"'),
    gettext_noop("%(value)s is no span; write a text such as %(example)s"),
    gettext_noop('"%(name)s" is no day of the week; write one of %(known)s'),
    gettext_noop('"%(name)s" stands in two rows of hours'),
    gettext_noop('"%(text)s" is no stretch of hours; write it as "08:30-12:00"'),
    gettext_noop("a calendar needs hours on at least one day of the week, or all_day"),
    gettext_noop("the hours of %(day)s overlap or run backwards"),
    gettext_noop('each row of hours has "days" and "work"'),
    gettext_noop("write exactly one of field, measure, indicator, all, any, not"),
    gettext_noop("is, value and other stand beside field, measure or indicator only"),
    gettext_noop("conditions nest %(count)s deep at most"),
    gettext_noop('say how to compare with "is"'),
    gettext_noop('"%(word)s" takes no value'),
    gettext_noop('"%(word)s" needs either value or other'),
    gettext_noop('"one_of" needs a list'),
    gettext_noop('"between" needs a list of two: the lowest and the highest'),
    gettext_noop('"%(word)s" needs a span in days, weeks, months or years'),
    gettext_noop('"%(word)s" compares numbers and dates only'),
    gettext_noop('"inside" needs the code of a place'),
    gettext_noop('"%(left)s" cannot be asked here: only fields can'),
    gettext_noop('there is no field "%(name)s" above'),
    gettext_noop('"%(name)s" is a %(kind)s; "%(word)s" compares numbers and dates only'),
    gettext_noop('"%(name)s" is a %(kind)s; "%(word)s" asks about dates only'),
    gettext_noop('"%(name)s" is a %(kind)s; "includes" asks about choices and check lists only'),
    gettext_noop('"%(name)s" is a %(kind)s; "inside" asks about places only'),
    gettext_noop('"%(value)s" is no option of "%(name)s"'),
    gettext_noop('"%(key)s" does not stand beside same_as: the owner of the fact says it'),
    gettext_noop('"through" goes with same_as'),
    gettext_noop("a field has a type and a label, or same_as"),
    gettext_noop("at_least and at_most bound numbers, dates and counts, not %(kind)s"),
    gettext_noop("choices come from options or from a list (of), one of the two"),
    gettext_noop('a %(kind)s says of what: of = "…"'),
    gettext_noop("items belong to a check_list, and a check_list has some"),
    gettext_noop("columns belong to a table, and a table has some"),
    gettext_noop('"%(column)s" is no column of classes.csv; a further column ends in "_limit"'),
    gettext_noop('"%(name)s" is no fact that is held'),
    gettext_noop('there is no field "%(name)s"'),
    gettext_noop("「%(label)s」is already held as %(fact)s; do not ask again: write %(right)s"),
    gettext_noop('there is no class "%(name)s"'),
    gettext_noop('"%(name)s" would be part of itself'),
    gettext_noop('"%(name)s" is not open, so nothing below it is'),
    gettext_noop('"%(name)s" is no permission that a part declares'),
    gettext_noop('"%(name)s" is a word of its own in "who" and cannot be a role'),
    gettext_noop('"%(name)s" cannot exclude itself'),
    gettext_noop('"%(name)s" would stand below itself'),
    gettext_noop("a choice needs options"),
    gettext_noop('"%(name)s" is no level'),
    gettext_noop("a code of this level has %(digits)s digits, trailing zeros cut"),
    gettext_noop('"%(name)s" is no kind of %(level)s'),
    gettext_noop('"%(name)s" is no tag of %(level)s'),
    gettext_noop('"%(name)s" is not in places.csv'),
    gettext_noop('"%(name)s" is not in units.csv'),
    gettext_noop("a notice has at most %(count)s characters"),
    gettext_noop("a brace stands alone in the body"),
    gettext_noop('"%(name)s" is no name here; write one of %(known)s'),
    gettext_noop('a rating is given by the applicant: roll = "applicant"'),
    gettext_noop("a rating needs %(known)s; wrong: %(wrong)s"),
    gettext_noop("a rating has two marks at least"),
    gettext_noop('"%(mark)s" is bad, and no option'),
    gettext_noop("every option is bad"),
    gettext_noop("an effect has exactly one of %(known)s"),
    gettext_noop("a service that is online also has an offline place"),
    gettext_noop('there is no step "%(name)s"'),
    gettext_noop('"%(key)s" is not carried yet for workflows'),
    gettext_noop("a step has exactly one of %(known)s"),
    gettext_noop('there is no clock "%(name)s"'),
    gettext_noop("late needs a limit beside it"),
    gettext_noop('"%(name)s" is no step'),
    gettext_noop("nothing follows an end"),
    gettext_noop("nothing leads on from this step"),
    gettext_noop('does not say what follows when it ends as "%(result)s"'),
    gettext_noop('goes to step "%(name)s", which is not there'),
    gettext_noop('"%(key)s" is no result of this gate, and nobody can press a gate'),
    gettext_noop("a button needs a label"),
    gettext_noop("says not who may make it"),
    gettext_noop('"after" goes with who = ["system"], and the other way round'),
    gettext_noop("the clock fills in no form and gives no reason"),
    gettext_noop('there is no workflow "%(name)s"'),
    gettext_noop('"for" goes with waits_for = "workflow:…"'),
    gettext_noop('"%(name)s" is filled in by no form'),
    gettext_noop('"join" goes with "for"'),
    gettext_noop('"%(verb)s" says to whom: who = […]'),
    gettext_noop('"limit" goes with todo'),
    gettext_noop('"class" goes with refer'),
    gettext_noop('"amount" goes with post'),
    gettext_noop('"set" goes with record'),
    gettext_noop('"%(name)s" is no step or move'),
    gettext_noop('"%(column)s" is no limit of services.csv'),
    gettext_noop('"%(limit)s" needs to know which classes: classes = "class:…"'),
    gettext_noop('the root class "%(root)s" has no column "%(column)s"'),
    gettext_noop('"%(name)s" is no role'),
    gettext_noop('"%(role)s" is held by nobody at level "%(level)s"'),
    gettext_noop('"%(role)s" is held by nobody above level "%(level)s"'),
    gettext_noop('"%(role)s" is held by nobody at or above level "%(level)s"'),
    gettext_noop('level "%(level)s" does not stand above level "%(own)s"'),
    gettext_noop('"%(workflow)s" takes matters of class "%(root)s", and "%(given)s" is none'),
    gettext_noop('"%(name)s" is no side of a matter'),
    gettext_noop('"%(name)s" is filled in by no form of this workflow'),
    gettext_noop("no way leads to this step"),
    gettext_noop("no end can be reached from this step"),
    gettext_noop("is fixed, and a way leads round it to the end"),
    gettext_noop('"%(name)s" is no kind of place'),
    gettext_noop(
        '"%(text)s" names nobody; write a role, "ROLE at PLACE", "ROLE of SIDE" or a party'
    ),
    gettext_noop('"%(name)s" would depend on itself'),
    gettext_noop('"%(name)s" is none of the %(what)s of %(of)s'),
    gettext_noop('"%(name)s" is no %(kind)s'),
    gettext_noop("write exactly one of count, sum, imported"),
    gettext_noop('"sum" names the rows and "field" what is added up: both or neither'),
    gettext_noop('"where" and "distinct" go with rows, not with imported figures'),
    gettext_noop('a target has either "by" or "from"'),
    gettext_noop('"text" and "judged_by" belong to a target in words'),
    gettext_noop('a comparison needs "value"; rising and falling take none'),
    gettext_noop('"between" needs a list of two, every other comparison one number'),
    gettext_noop('"between" says the lowest first'),
    gettext_noop('write either "period" or "rolling"'),
    gettext_noop('"where" and "show" go with "each"'),
    gettext_noop("rising and falling are told against a base, which is missing"),
    gettext_noop('a target in words has "text" and "judged_by", and no value'),
    gettext_noop("Input should be a valid string"),
    gettext_noop("Input should be a valid integer"),
    gettext_noop("Input should be a valid integer, unable to parse string as an integer"),
    gettext_noop("Input should be a valid number"),
    gettext_noop("Input should be a valid boolean"),
    gettext_noop("Input should be a valid boolean, unable to interpret input"),
    gettext_noop("Input should be a valid tuple"),
    gettext_noop("Input should be a valid list"),
    gettext_noop("Input should be a valid dictionary"),
    gettext_noop("Input should be a valid dictionary or instance of %(name)s"),
    gettext_noop("Input should be a valid date"),
    gettext_noop("Input should be a valid date or datetime, %(why)s"),
    gettext_noop("Input should be a valid date in the format YYYY-MM-DD, %(why)s"),
    gettext_noop("Input should be a valid datetime, %(why)s"),
    gettext_noop("Datetimes provided to dates should have zero time - e.g. be exact dates"),
    gettext_noop("Input should be greater than or equal to %(count)s"),
    gettext_noop("Input should be less than or equal to %(count)s"),
    gettext_noop("Input should be None"),
    gettext_noop("Input should be %(known)s"),
    gettext_noop("String should match pattern '%(pattern)s'"),
    gettext_noop("String should have at least %(count)s character"),
    gettext_noop("String should have at least %(count)s characters"),
    gettext_noop("String should have at most %(count)s character"),
    gettext_noop("String should have at most %(count)s characters"),
    gettext_noop("Tuple should have at least %(count)s item after validation, not %(found)s"),
    gettext_noop("Tuple should have at least %(count)s items after validation, not %(found)s"),
    gettext_noop("Dictionary should have at least %(count)s item after validation, not %(found)s"),
    gettext_noop('"%(name)s" is nobody of the offices'),
    gettext_noop('leads where "%(name)s" stands still, and the clock gives no reason for that'),
    gettext_noop('leads where "%(name)s" stands still: ask for a reason (reasons = "choices:…")'),
    gettext_noop("%(most)s fields at most are declared find"),
    gettext_noop("nobody can look for a %(kind)s"),
    gettext_noop("a column neither points nor is found by"),
    gettext_noop('"%(name)s" is to be unique: declare it find'),
    gettext_noop('"%(name)s" is looked for: declare it find'),
    gettext_noop('"%(name)s" is no date of this register'),
    gettext_noop("until_date says itself when a record is over"),
    gettext_noop('"%(name)s" is no choice that is declared find'),
    gettext_noop('"%(name)s" is no choice, check list or yes and no that is declared find'),
    gettext_noop('"%(name)s" is personal: nobody counts by it'),
    gettext_noop('"%(name)s" takes true or false'),
    gettext_noop('"%(name)s" takes the names of options'),
    gettext_noop('"%(name)s" is personal: its owner holds it unique'),
    gettext_noop('"%(name)s" is held elsewhere; its owner checks it'),
    gettext_noop('a role is held by a person: about = "person"'),
    gettext_noop('"%(role)s" takes a second person: no register gives it'),
    gettext_noop('"%(name)s" is personal and never public'),
    gettext_noop('"%(name)s" is a table, which the portal does not show'),
    gettext_noop('"%(key)s" is not carried yet for registers'),
    gettext_noop("coverage says at_least, at_most or both"),
    gettext_noop("at_least is more than at_most"),
    gettext_noop("remind is a span in days, weeks, months or years"),
)
"""What checks say: those of the packs, of the owners of each kind, and of the models they use."""

_GAP = re.compile(r"%\\\((\w+)\\\)s")
_HINT = re.compile(r'(?P<said>.+) \(did you mean "(?P<near>[^"]*)"\?\)', re.DOTALL)


def said(text: str) -> str:
    """A problem in the language of the reader; as it stands where no sentence fits."""
    hint = _HINT.fullmatch(text)
    if hint is not None:
        return gettext(NEAR) % {"said": said(hint["said"]), "near": hint["near"]}
    phrase, gaps = found(text) or ("", {})
    return gettext(phrase) % gaps if phrase else text


def found(text: str) -> tuple[str, dict[str, str]] | None:
    """The sentence that a text was made from, and what fills its gaps; None if there is none."""
    for phrase, pattern in _patterns():
        fit = pattern.fullmatch(text)
        if fit is not None:
            return phrase, fit.groupdict()
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Every sentence as a pattern, those with the most words of their own first."""
    return tuple(sorted(_made(), key=lambda one: -len(re.sub(r"%\(\w+\)s", "", one[0]))))


def _made() -> Iterator[tuple[str, re.Pattern[str]]]:
    for phrase in PHRASES:
        written = _GAP.sub(r"(?P<\1>.+)", re.escape(phrase))
        yield phrase, re.compile(written, re.DOTALL)
