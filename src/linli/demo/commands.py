# SPDX-License-Identifier: MulanPSL-2.0
"""`linli city make`, and what `linli demo` calls before it serves."""

import datetime as dt
import json
from collections.abc import Callable

import click
from django.utils.translation import gettext as _

from linli.base import clock
from linli.demo.making import Made, Wish, city_make, until_of
from linli.demo.models import City
from linli.demo.progress import progress_say
from linli.demo.sizes import PLAIN, SIZES

_SEED = 7
"""The seed of the city that `linli demo` shows."""


@click.group()
def city() -> None:
    """Synthetic cities to try things in."""


@city.command()
@click.option("--pack", required=True, help="The plan pack that the city lives by.")
@click.option("--size", type=click.Choice(list(SIZES)), default="small", show_default=True)
@click.option("--seed", type=int, default=_SEED, show_default=True, help="Same seed, same city.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which its history ends.  [default: now]",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def make(pack: str, size: str, seed: int, as_of: dt.datetime | None, as_json: bool) -> None:
    """Make a city: places with borders, units, staff, households, and 90 days of appeals.

    Names, people and numbers are invented. The same pack, size, seed and day give the same city.
    """
    until = until_of(as_of.date() if as_of else None)
    wish = Wish(pack, SIZES[size], seed, until, in_memory=size != PLAIN)
    made = city_make(wish=wish, progress=_say)
    if as_json:
        click.echo(json.dumps(made.as_json(), ensure_ascii=False))
    _say(_summary(made))


@city.command(hidden=True)
@click.option("--pack", required=True)
@click.option("--size", type=click.Choice(list(SIZES)), required=True)
def prepare(pack: str, size: str) -> None:
    """Let the city of a pack stand and be the one shown; the door page tells how far it is."""

    def say(text: str) -> None:
        _say(text)
        progress_say(text)

    demo_prepare(pack=pack, size=size, progress=say)
    progress_say("")


def demo_prepare(*, pack: str, size: str, progress: Callable[[str], None] = click.echo) -> None:
    """Let the city of a pack stand and be the one that the door page shows; makes it only once."""
    standing = City.objects.filter(pack=pack).first()
    if standing is None:
        wish = Wish(pack, SIZES[size], _SEED, until_of(None), in_memory=True)
        made = city_make(wish=wish, progress=progress)
        progress(_summary(made))
        return
    if standing.size != size:
        words = {"size": standing.size}
        progress(_("The city that stands is %(size)s; --reset makes another.") % words)
    City.objects.filter(pk=standing.pk).update(shown_at=clock.now())


def _summary(made: Made) -> str:
    return ", ".join(f"{count} {what}" for what, count in made.counts.items())


def _say(text: str) -> None:
    click.echo(text, err=True)
