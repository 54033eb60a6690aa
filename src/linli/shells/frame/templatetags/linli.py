# SPDX-License-Identifier: MulanPSL-2.0
"""What templates say with: icons, clocks, rails, labels, times, masks."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.base import clock as house_clock
from linli.base import text as texts
from linli.shells.frame import assets, live, presence, words
from linli.shells.frame.chips import Told, chip_of, derivation_of, told_due
from linli.shells.frame.drawing import rail_drawing, rail_svg
from linli.shells.frame.times import date_words, day_words, greeting, moment_words, weekday
from linli.shells.frame.waiting import MOST

register = template.Library()
SELECTED = mark_safe(" selected")


def _language() -> str:
    return get_language() or "zh-hans"


@register.simple_tag
def icon(name: str, look: str = "") -> SafeString:
    """An icon of the sheet; it is silent, so the words beside it must say the same."""
    return format_html(
        '<svg class="icon{}" width="20" height="20" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        f" {look}" if look else "",
        assets.icons(),
        name,
    )


@register.simple_tag
def entry(face: str) -> SafeString:
    """The styles and scripts of a face."""
    return render_to_string("frame/parts/entry.html", {"entry": assets.entry(face)})


@register.simple_tag(name="words")
def say_words() -> SafeString:
    """The sentences of the scripts."""
    return _words_in(_language())


@lru_cache
def _words_in(_language: str) -> SafeString:
    return json_script({key: str(text) for key, text in words.WORDS.items()}, "linli-words")


@register.simple_tag
def options(pairs: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """What a `<select>` offers, by key and words; a loop in a template takes five times as long."""
    rows = ((key, SELECTED if key == chosen else "", words) for key, words in pairs)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


@register.simple_tag
def once() -> SafeString:
    """A key for this form, so that a double tap is taken once."""
    return format_html('<input type="hidden" name="_once" value="{}">', uuid.uuid4())


@register.simple_tag
def clock(due: Any, say: str = "when") -> SafeString:
    """The chip of a due time: `{% clock due %}`, `{% clock due "left" %}`."""
    chip = chip_of(due, say=say)
    return format_html(
        '<span class="clock"{}{}>{}{}</span>',
        format_html(' data-tone="{}"', chip.tone) if chip.tone else "",
        format_html(' title="{}"', chip.title) if chip.title else "",
        icon(chip.icon),
        format_html("<b>{}</b>", chip.text) if chip.is_strong else chip.text,
    )


@register.simple_tag
def told(due: Any) -> Told:
    """A due time in words for the honest panel: `{% told due as due_words %}`."""
    return told_due(due)


@register.simple_tag
def rail(due: Any, width: int = 344) -> str:
    """A due time drawn day by day; nothing for one without a derivation."""
    derivation = derivation_of(due)
    if derivation is None:
        return ""
    now = house_clock.local(house_clock.now())
    drawing = rail_drawing(derivation, now, width=width, language=_language())
    return rail_svg(drawing, derivation.sentence(_language()))


@register.inclusion_tag("frame/parts/derivation.html")
def derivation(due: Any) -> dict[str, Any]:
    """The same facts as the rail, in words."""
    found = derivation_of(due)
    return {"lines": found.lines(_language()) if found else []}


@register.filter
def numbers(page: Any) -> Iterator[int | None]:
    """The pages to go to from one: its neighbors, the first and the last; None for those left
    out.
    """
    last = page.paginator.num_pages
    before = 0
    for number in sorted({1, page.number - 1, page.number, page.number + 1, last}):
        if not 1 <= number <= last:
            continue
        if number > before + 1:
            yield None
        yield number
        before = number


@register.simple_tag(takes_context=True)
def live_here(context: Context, *paths: str) -> SafeString:
    """Let the parts marked `data-live` follow what happens at these place paths."""
    mark = live.mark_on(context["request"], paths)
    return render_to_string("frame/parts/live.html", {"token": live.token(paths), "mark": mark})


@register.simple_tag(takes_context=True)
def live_reader(context: Context) -> SafeString:
    """Let the parts marked `data-live` follow what happens wherever the reader works."""
    return live_here(context, *live.reader_paths(context["request"]))


@register.simple_tag
def busy_here(kind: str, key: str | int) -> SafeString:
    """Say who else has this open."""
    return render_to_string("frame/parts/busy.html", {"token": presence.token(kind, key)})


@register.filter
def waiting(count: int) -> str:
    """How many rows wait, or that there are more than anybody counts: 12, 999+."""
    return str(count) if count < MOST else f"{MOST - 1}+"


@register.filter
def label(given: Any) -> str:
    """A `{zh, en}` label, or anything that has one, in the reader's language."""
    if isinstance(given, Mapping):
        return texts.label(given)
    inner = getattr(given, "label", None)
    return texts.label(inner) if isinstance(inner, Mapping) else str(given or "")


@register.filter
def when(moment: datetime | date | None) -> str:
    """今天17:30, 明天16:30, 周二10:00; a date only beyond a week."""
    if moment is None:
        return ""
    now = house_clock.local(house_clock.now())
    if isinstance(moment, datetime):
        return moment_words(house_clock.local(moment), now, _language())
    return day_words(moment, now.date(), _language())


@register.filter
def until(moment: datetime | None) -> str:
    """A due time: like `when`, but midnight is 24:00 of the day before."""
    if moment is None:
        return ""
    now = house_clock.local(house_clock.now())
    return moment_words(house_clock.local(moment), now, _language(), is_end=True)


@register.filter(name="date_words")
def say_date(day: date | datetime | None) -> str:
    """9月8日, with the year when it is another."""
    if day is None:
        return ""
    on = house_clock.local(day).date() if isinstance(day, datetime) else day
    return date_words(on, house_clock.today(), _language())


@register.filter(name="weekday")
def say_weekday(day: date | datetime) -> str:
    """周二, Tue."""
    on = house_clock.local(day).date() if isinstance(day, datetime) else day
    return weekday(on, _language())


@register.filter
def number(value: float | None) -> str:
    """1,286; one decimal at most."""
    if value is None:
        return "–"
    whole = float(value).is_integer()
    return f"{value:,.0f}" if whole else f"{value:,.1f}"


@register.filter
def mask_phone(phone: str) -> str:
    """138****2046."""
    return texts.mask_phone(phone or "")


@register.filter
def mask_name(name: str) -> str:
    """郭*娣."""
    return texts.mask_name(name or "")


@register.filter
def pick_words(title: str) -> str:
    """What ticks a line of a list; a text in a template takes ten times as long, twenty times a
    page.
    """
    return _("Pick %(title)s") % {"title": title}


@register.filter
def initial(name: str) -> str:
    """The character for the round picture: the surname."""
    return (name or "·").strip()[:1] or "·"


@register.simple_tag(name="greeting")
def say_greeting() -> str:
    """上午好, by the hour."""
    return greeting(house_clock.local(house_clock.now()), _language())
