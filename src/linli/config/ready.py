# SPDX-License-Identifier: MulanPSL-2.0
"""Makes ready what a command needs, from nothing: data folder, keys, translations, database."""

import os
import sys

from linli.config.environment import Environment, Mode


def folder() -> Environment:
    """The environment, with its data folder made; only its owner may look inside."""
    environment = Environment.read()
    environment.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return environment


def keys() -> Environment:
    """The environment, with a key ring; a demo makes its own, production never does.

    Raises click.ClickException when production has no keys.
    """
    from linli.base.keyring import ring_new

    environment = folder()
    os.environ["LINLI_KEYS_FILE"] = str(environment.keys_file)
    if environment.keys_file.exists():
        return environment
    if environment.mode is Mode.PRODUCTION:
        stop(f"there are no keys at {environment.keys_file}: make them with ./linli keys new")
    ring_new(environment.keys_file, demo=True)
    return environment


def django() -> None:
    """Keys, translations and Django's apps; the words follow the terminal's language."""
    import django as framework
    from django.utils import translation

    from linli.config import translations

    keys()
    translations.compile_changed()
    framework.setup()
    chinese = os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("zh")
    translation.activate("zh-hans" if chinese else "en")


def database_leave() -> None:
    """Leave the database to the processes below this one, the threads of its pool, too.

    A process that is killed tells its children so once for each of its threads, and a web server
    that is told twice at the same moment may never stop.
    """
    from django.db import connections

    for connection in connections.all():
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def database() -> None:
    """A database with every table, and nothing unsafe in production.

    An empty database is filled and a demo's brought up to date; production's is changed by hand.
    Raises Refused where a demo would be brought over the accounts of real people.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from linli.config import checks

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    is_production = Environment.read().mode is Mode.PRODUCTION
    if waiting and is_production and executor.loader.applied_migrations:
        stop(f"{len(waiting)} migrations wait to be applied: ./linli upgrade")
    if waiting and Environment.read().mode is Mode.DEMO:
        from linli.demo.apart import ensure_apart

        ensure_apart()
    if waiting:
        print("Preparing the database", file=sys.stderr)
        call_command("migrate", verbosity=0, interactive=False)
    problems = checks.problems_of_production() if is_production else []
    if problems:
        stop("refusing to start in production:\n" + "\n".join(f"  - {text}" for text in problems))


def stop(message: str) -> None:
    """End the command with a message on stderr."""
    import click

    raise click.ClickException(message)
