# SPDX-License-Identifier: MulanPSL-2.0
"""Months that were exported and dropped; the triggers let rows of such a month go."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models

from linli.kernel.audit import triggers

TABLES = ("audit_recordexport", "audit_recorddrop")


def forwards(apps: Apps, schema_editor: Any) -> None:
    del apps
    triggers.install(schema_editor.connection, *TABLES)
    triggers.allow_drops(schema_editor.connection)


def backwards(apps: Apps, schema_editor: Any) -> None:
    del apps
    triggers.forbid_drops(schema_editor.connection)
    triggers.remove(schema_editor.connection, *TABLES)


def number() -> models.BigAutoField[Any, Any]:
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_seals")]

    operations = [
        migrations.CreateModel(
            name="RecordExport",
            fields=[
                ("id", number()),
                ("month", models.CharField(max_length=7)),
                ("first_seal", models.BigIntegerField(unique=True)),
                ("last_seal", models.BigIntegerField(unique=True)),
                ("first_seq", models.BigIntegerField()),
                ("last_seq", models.BigIntegerField()),
                ("rows", models.PositiveBigIntegerField()),
                ("before", models.CharField(max_length=64)),
                ("chain", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=16)),
                ("public", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
                ("file", models.CharField(max_length=500)),
                ("exported_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RecordDrop",
            fields=[
                ("id", number()),
                ("export_number", models.BigIntegerField(unique=True)),
                ("account_id", models.BigIntegerField(null=True)),
                ("dropped_at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(forwards, backwards),
    ]
