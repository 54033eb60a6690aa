# SPDX-License-Identifier: MulanPSL-2.0
"""The `linli` command: finds a verb, makes ready what it needs, runs it, prints its refusal."""

import importlib
import os
import sys
from dataclasses import dataclass
from enum import Enum

import click

from linli.config import ready


class Stage(Enum):
    """How much must be ready before a verb runs."""

    NOTHING = "nothing"
    DJANGO = "django"
    DATABASE = "database"


@dataclass(frozen=True)
class Verb:
    """Where a verb's click command lies and what it needs."""

    dotted: str
    stage: Stage
    help: str


OWN = {
    "demo": Verb("linli.config.commands.demo.demo", Stage.NOTHING, "A synthetic city to try."),
    "serve": Verb("linli.config.commands.serve.serve", Stage.NOTHING, "Web server and worker."),
    "test": Verb("linli.config.commands.test.test", Stage.NOTHING, "Everything that must hold."),
    "lint": Verb("linli.config.commands.lint.lint", Stage.NOTHING, "How the code is written."),
    "keys": Verb("linli.config.commands.keys.keys", Stage.NOTHING, "The keys of personal fields."),
    "backup": Verb("linli.kernel.backups.commands.backup", Stage.DJANGO, "Back up, encrypted."),
    "restore": Verb("linli.kernel.backups.commands.restore", Stage.DJANGO, "Put a backup back."),
    "upgrade": Verb("linli.config.commands.upgrade.upgrade", Stage.DJANGO, "To a new version."),
    "systems": Verb("linli.config.systems.systems", Stage.NOTHING, "What each system can do."),
    "manage": Verb("linli.config.commands.manage.manage", Stage.DJANGO, "Django's own commands."),
}
"""The verbs of the house itself; every other verb is declared in a part's manifest."""

OFFLINE = {"--help", "--export"}
"""With one of these a verb asks no database."""

SAFE_BY_DEFAULT = {"serve", "worker", "backup", "restore", "upgrade"}
"""These run in production mode unless LINLI_MODE says otherwise."""


def declared() -> dict[str, Verb]:
    """The verbs that parts, engines and modules declare."""
    from linli.config import parts

    found = {}
    for dotted in parts.MANIFESTS:
        manifest = importlib.import_module(dotted).MANIFEST
        said = manifest if isinstance(manifest, dict) else vars(manifest)
        for name, command in said.get("commands", {}).items():
            found[name] = Verb(command, Stage.DATABASE, f"{said['label']['en']}.")
    return found


class FrontDoor(click.Group):
    """A group whose verbs are imported only when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, the house's own first."""
        return [*OWN, *sorted(declared())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command behind a verb."""
        verb = OWN.get(cmd_name) or declared().get(cmd_name)
        if verb is None:
            return None
        if verb.stage is not Stage.NOTHING:
            ready.django()
        module, _, name = verb.dotted.rpartition(".")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb and, unless only its help is asked for, make the database ready."""
        name, command, rest = super().resolve_command(ctx, args)
        verb = OWN.get(str(name)) or declared().get(str(name))
        is_asking = verb is not None and verb.stage is Stage.DATABASE
        if is_asking and not OFFLINE.intersection(word.partition("=")[0] for word in rest):
            ready.database()
        return name, command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing what is behind them."""
        verbs = {**OWN, **declared()}
        with formatter.section("Verbs"):
            formatter.write_dl([(name, verb.help) for name, verb in verbs.items()])


@click.group(cls=FrontDoor, context_settings={"help_option_names": ["-h", "--help"]})
def front_door() -> None:
    """Linli 邻里: the daily work of a city's neighborhoods, on one platform."""


def main() -> None:
    """Run one verb; a refusal is printed as a sentence and ends with status 1."""
    from linli.base.errors import Refused
    from linli.base.keyring import KeyRingError
    from linli.config.environment import SettingError

    verb = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    os.environ.setdefault("LINLI_MODE", "production" if verb in SAFE_BY_DEFAULT else "demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    try:
        front_door(prog_name="linli")
    except (KeyRingError, SettingError) as problem:
        sys.exit(f"linli: {problem}")
    except Refused as refusal:
        fields = [f"\n  {name}: {message}" for name, message in refusal.fields.items()]
        sys.exit(f"linli: {refusal}{''.join(fields)}")
