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
                            ("done", "Dealt with"),
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
    ]
