# SPDX-License-Identifier: MulanPSL-2.0
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linli.base.definitions
import linli.base.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("places", "0001_initial"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Definition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=64)),
                (
                    "place_path",
                    linli.base.scope.PathField(blank=True, db_index=True, max_length=255),
                ),
                ("pack", models.CharField(max_length=64)),
                ("version", models.CharField(max_length=16)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("clause", models.CharField(max_length=200)),
                ("position", models.PositiveIntegerField(default=0)),
                ("is_removed", models.BooleanField(default=False)),
                ("digest", models.CharField(max_length=64)),
                ("body", linli.base.definitions.BodyField()),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["kind", "key", "place_path"], name="workflow_de_kind_b675fa_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "key", "place_path", "starts_on", "digest"),
                        name="workflow_definition_version",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Matter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("workflow", models.CharField(max_length=64)),
                ("number", models.CharField(max_length=32, unique=True)),
                ("title", models.CharField(blank=True, max_length=120)),
                ("class_key", models.CharField(blank=True, max_length=64)),
                ("service_key", models.CharField(blank=True, max_length=64)),
                ("step", models.CharField(max_length=64)),
                ("step_since", models.DateTimeField()),
                ("visit", models.PositiveIntegerField(default=1)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("subject_kind", models.CharField(blank=True, max_length=32)),
                ("subject_key", models.CharField(blank=True, max_length=64)),
                ("urgency", models.CharField(default="normal", max_length=16)),
                ("values", models.JSONField(blank=True, default=dict)),
                ("gate_key", models.CharField(blank=True, max_length=64)),
                (
                    "referral_key",
                    models.CharField(blank=True, max_length=100, null=True, unique=True),
                ),
                ("opened_at", models.DateTimeField(db_index=True)),
                ("ended_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("done", "Done"),
                            ("refused", "Not accepted"),
                            ("failed", "Failed"),
                            ("withdrawn", "Withdrawn"),
                            ("lapsed", "Lapsed"),
                            ("referred", "Referred"),
                        ],
                        max_length=16,
                    ),
                ),
                ("next_due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "applicant_account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matters_filed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.definition",
                    ),
                ),
                (
                    "first_asked_account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holder_account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matters_led",
                        to="units.unit",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matters",
                        to="places.place",
                    ),
                ),
                (
                    "referred_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="workflow.matter",
                    ),
                ),
                (
                    "sender_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matters_sent",
                        to="units.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=64)),
                ("visit", models.PositiveIntegerField()),
                ("duty_key", models.CharField(blank=True, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Waiting to be signed"),
                            ("signed", "Signed"),
                            ("accepted", "Accepted"),
                            ("refused", "Sent back"),
                            ("contested", "Before the arbiter"),
                            ("lapsed", "Taken as accepted, for want of an answer"),
                            ("ruled", "Assigned by ruling"),
                            ("recalled", "Taken back"),
                        ],
                        db_index=True,
                        default="offered",
                        max_length=16,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("sign_due_at", models.DateTimeField(blank=True, null=True)),
                ("answer_due_at", models.DateTimeField(blank=True, null=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                ("refusal_reason", models.CharField(blank=True, max_length=64)),
                ("note", models.TextField(blank=True)),
                ("evidence", models.JSONField(blank=True, default=list)),
                ("ruled_at", models.DateTimeField(blank=True, null=True)),
                ("ruling_note", models.TextField(blank=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "refused_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ruling_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sender_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders_sent",
                        to="units.unit",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="units.unit",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="orders",
                        to="workflow.matter",
                    ),
                ),
            ],
        ),
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
                            ("moved", "Moved"),
                            ("offered", "Sent to a unit"),
                            ("signed", "Signed"),
                            ("accepted", "Accepted"),
                            ("refused", "Sent back"),
                            ("contested", "Put before the arbiter"),
                            ("lapsed", "No answer in time"),
                            ("ruled", "Ruled"),
                            ("noted", "Note"),
                            ("corrected", "Corrected"),
                            ("late", "Late"),
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
                            ("warn", "Warn"),
                            ("late", "Late"),
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
            model_name="matter",
            index=models.Index(fields=["place", "ended_at"], name="matter_place_ended"),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(fields=["ended_at", "next_due_at"], name="matter_open_due"),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(fields=["workflow", "step"], name="matter_workflow_step"),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(fields=["subject_kind", "subject_key"], name="matter_subject"),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end", ""), ("ended_at__isnull", True)),
                    models.Q(models.Q(("end", ""), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="matter_ends_with_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["unit", "state"], name="order_unit_state"),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["offered", "signed", "contested"])),
                fields=("matter",),
                name="order_one_open_a_matter",
            ),
        ),
        migrations.AddIndex(
            model_name="desk",
            index=models.Index(fields=["role", "place_path"], name="desk_role_path"),
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
    ]
