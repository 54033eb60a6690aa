# SPDX-License-Identifier: MulanPSL-2.0
"""The first tables of audit."""

from django.db import migrations, models

import linli.base.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="NameKey",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("wrapped_key", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AuditRecord",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(db_index=True, null=True)),
                ("actor_name", models.TextField(blank=True, default="")),
                ("on_behalf_of", models.CharField(blank=True, default="", max_length=64)),
                ("verb", models.CharField(max_length=100)),
                ("subject_kind", models.CharField(blank=True, default="", max_length=64)),
                ("subject_key", models.CharField(blank=True, default="", max_length=64)),
                ("subject_name", models.TextField(blank=True, default="")),
                (
                    "place_path",
                    linli.base.scope.PathField(
                        blank=True, db_index=True, default="", max_length=255
                    ),
                ),
                ("detail", models.JSONField(default=dict)),
                ("request_id", models.CharField(blank=True, default="", max_length=64)),
                ("reason", models.TextField(blank=True, default="")),
                ("row_hash", models.CharField(max_length=80)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["subject_kind", "subject_key", "seq"], name="audit_subject"
                    ),
                    models.Index(fields=["verb", "at"], name="audit_verb_at"),
                ],
            },
        ),
    ]
