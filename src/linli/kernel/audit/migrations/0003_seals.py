# SPDX-License-Identifier: MulanPSL-2.0
"""The chain of seals over the record, and the times it was sent outside."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models

from linli.kernel.audit import triggers

TABLES = ("audit_seal", "audit_anchor")


def forwards(apps: Apps, schema_editor: Any) -> None:
    del apps
    triggers.install(schema_editor.connection, *TABLES)


def backwards(apps: Apps, schema_editor: Any) -> None:
    del apps
    triggers.remove(schema_editor.connection, *TABLES)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("first_seq", models.BigIntegerField()),
                ("last_seq", models.BigIntegerField(unique=True)),
                ("rows", models.PositiveIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("chain", models.CharField(max_length=64)),
                ("leaves", models.BinaryField()),
                ("newest_at", models.DateTimeField()),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seal_number", models.BigIntegerField(db_index=True)),
                ("sent_at", models.DateTimeField()),
                ("to", models.CharField(max_length=200)),
                ("signature", models.CharField(max_length=128)),
                ("error", models.CharField(blank=True, default="", max_length=200)),
            ],
        ),
        migrations.RunPython(forwards, backwards),
    ]
