# SPDX-License-Identifier: MulanPSL-2.0
"""Lists that were asked for as a file."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linli.base.fields
import linli.base.scope


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=64)),
                (
                    "query",
                    linli.base.fields.EncryptedTextField(
                        blank=True, context="files.export.query", default=""
                    ),
                ),
                ("purpose", models.CharField(max_length=200)),
                (
                    "personal",
                    models.CharField(
                        choices=[
                            ("left_out", "Without people"),
                            ("masked", "People, with numbers masked"),
                            ("opened", "People, with numbers in plain"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "format",
                    models.CharField(choices=[("csv", "CSV"), ("xlsx", "Excel")], max_length=8),
                ),
                ("language", models.CharField(max_length=16)),
                ("place_path", linli.base.scope.PathField(db_index=True, max_length=255)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for a yes"),
                            ("making", "is being made"),
                            ("ready", "ready"),
                            ("declined", "declined"),
                            ("failed", "could not be made"),
                            ("gone", "gone"),
                        ],
                        db_index=True,
                        max_length=16,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("has_second_factor", models.BooleanField(default=False)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("rows", models.PositiveIntegerField()),
                ("rows_made", models.PositiveIntegerField(default=0)),
                ("key", models.CharField(blank=True, default="", max_length=32)),
                ("sha256", models.CharField(blank=True, default="", max_length=64)),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="files_export_second_person",
                    )
                ],
            },
        ),
    ]
