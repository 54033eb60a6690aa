# SPDX-License-Identifier: MulanPSL-2.0
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linli.base.scope


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0001_initial"),
        ("workflow", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Desk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "match",
                    models.CharField(
                        choices=[
                            ("reach", "Role at the place or above"),
                            ("own", "Role at exactly the place"),
                            ("above", "Role strictly above"),
                            ("anywhere", "Role anywhere in the city"),
                            ("unit", "Role or membership in a unit"),
                            ("account", "One account"),
                            ("anyone", "Anyone"),
                            ("resident", "A resident"),
                        ],
                        max_length=8,
                    ),
                ),
                ("role", models.CharField(blank=True, max_length=64)),
                (
                    "place_path",
                    linli.base.scope.PathField(blank=True, db_index=True, max_length=255),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="desks",
                        to="workflow.matter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("matter", "The whole matter"),
                            ("step", "This step"),
                            ("sign", "Signing"),
                            ("answer", "Accepting or sending back"),
                        ],
                        default="matter",
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=72)),
                ("visit", models.PositiveIntegerField(default=0)),
                ("starts_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("warn_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("remaining_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("calendar", models.CharField(max_length=64)),
                ("derivation", models.JSONField()),
                ("late_level", models.PositiveSmallIntegerField(default=0)),
                ("shown", models.BooleanField(default=False)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clocks",
                        to="workflow.matter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sort",
                    models.CharField(
                        choices=[
                            ("opened", "Opened"),
                            ("moved", "One step on"),
                            ("offered", "Sent to a unit"),
                            ("signed", "Signed"),
                            ("accepted", "Accepted"),
                            ("refused", "Sent back"),
                            ("contested", "Put before the arbiter"),
                            ("lapsed", "No answer in time"),
                            ("ruled", "Ruled"),
                            ("noted", "Note"),
                            ("corrected", "Corrected"),
                            ("late", "Ran out"),
                            ("stuck", "Needs a hand"),
                        ],
                        default="moved",
                        max_length=12,
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("from_step", models.CharField(blank=True, max_length=64)),
                ("move", models.CharField(blank=True, max_length=64)),
                ("to_step", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
                ("on_behalf_of", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(blank=True, max_length=64)),
                ("note", models.TextField(blank=True)),
                ("values", models.JSONField(blank=True, default=dict)),
                ("shown", models.BooleanField(default=True)),
                ("due_before", models.JSONField(blank=True, default=dict)),
                ("due_after", models.JSONField(blank=True, default=dict)),
                ("definition_version", models.CharField(max_length=100)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="workflow.matter",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("prefix", models.CharField(max_length=6)),
                ("on", models.DateField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("prefix", "on"), name="series_one_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Timer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("warn", "Warn before it runs out"),
                            ("late", "Ran out"),
                            ("auto", "Move by itself"),
                            ("unanswered", "No answer"),
                            ("after", "Later effect"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("payload", models.JSONField(blank=True, default=dict)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("is_fired", models.BooleanField(default=False)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "clock",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="timers",
                        to="workflow.clock",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="timers",
                        to="workflow.matter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Todo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True)),
                ("group", models.CharField(db_index=True, max_length=90)),
                ("text_key", models.CharField(max_length=64)),
                (
                    "match",
                    models.CharField(
                        choices=[
                            ("reach", "Role at the place or above"),
                            ("own", "Role at exactly the place"),
                            ("above", "Role strictly above"),
                            ("anywhere", "Role anywhere in the city"),
                            ("unit", "Role or membership in a unit"),
                            ("account", "One account"),
                            ("anyone", "Anyone"),
                            ("resident", "A resident"),
                        ],
                        max_length=8,
                    ),
                ),
                ("role", models.CharField(blank=True, max_length=64)),
                (
                    "place_path",
                    linli.base.scope.PathField(blank=True, db_index=True, max_length=255),
                ),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="todos",
                        to="workflow.matter",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["name", "stopped_at", "due_at"], name="clock_name_due"),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                fields=("matter", "name", "visit"), name="clock_once_a_visit"
            ),
        ),
        migrations.AddIndex(
            model_name="move",
            index=models.Index(fields=["matter", "at"], name="move_matter_at"),
        ),
        migrations.AddIndex(
            model_name="timer",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["at"], name="timer_open_at"
            ),
        ),
        migrations.AddIndex(
            model_name="todo",
            index=models.Index(fields=["done_at", "due_at"], name="todo_open_due"),
        ),
        migrations.AddIndex(
            model_name="desk",
            index=models.Index(fields=["role", "place_path"], name="desk_role_path"),
        ),
    ]
