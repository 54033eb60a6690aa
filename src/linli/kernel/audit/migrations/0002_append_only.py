# SPDX-License-Identifier: MulanPSL-2.0
"""From here on the record can only grow."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations

from linli.kernel.audit import triggers


def forwards(apps: Apps, schema_editor: Any) -> None:
    del apps
    triggers.install(schema_editor.connection, triggers.TABLE)


def backwards(apps: Apps, schema_editor: Any) -> None:
    del apps
    triggers.remove(schema_editor.connection, triggers.TABLE)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
