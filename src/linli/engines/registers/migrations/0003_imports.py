# SPDX-License-Identifier: MulanPSL-2.0
"""Lists on their way into registers, and what was wrong with their rows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linli.base.scope


class Migration(migrations.Migration):
    """Two tables."""

    dependencies = [
        ("places", "0004_ground_then"),
        ("registers", "0002_due"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("register", models.CharField(max_length=64)),
                ("place_path", linli.base.scope.PathField(db_index=True, max_length=255)),
                ("name", models.CharField(max_length=200)),
                ("file", models.CharField(blank=True, default="", max_length=32)),
                ("heads", models.JSONField(blank=True, default=dict)),
                ("found", models.JSONField(blank=True, default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("opened", "heads to be looked at"),
                            ("checking", "being checked"),
                            ("checked", "checked, nothing written yet"),
                            ("writing", "being taken in"),
                            ("done", "taken in"),
                            ("stopped", "stopped"),
                            ("failed", "could not be read"),
                        ],
                        default="opened",
                        max_length=16,
                    ),
                ),
                ("why", models.CharField(blank=True, default="", max_length=300)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("left", models.PositiveIntegerField(default=0)),
                ("people", models.PositiveIntegerField(default=0)),
                ("after", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="register_imports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportTrouble",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("column", models.CharField(blank=True, default="", max_length=100)),
                ("why", models.CharField(max_length=300)),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="troubles",
                        to="registers.import",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["of", "line"], name="import_trouble_line")],
            },
        ),
    ]
