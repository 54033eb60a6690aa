# SPDX-License-Identifier: MulanPSL-2.0
"""Privacy notices by version, and consents."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linli.base.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0003_phone_codes"),
        ("places", "0004_ground_then"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("publish_photo", "Publish the photos of a report of mine"),
                            ("messages", "Send me messages beyond my own matters"),
                            ("sensitive", "Keep sensitive facts about me, such as on health"),
                        ],
                        max_length=32,
                    ),
                ),
                ("subject_kind", models.CharField(blank=True, default="", max_length=64)),
                ("subject_key", models.CharField(blank=True, default="", max_length=64)),
                ("notice_version", models.CharField(max_length=16)),
                (
                    "within_path",
                    linli.base.scope.PathField(
                        blank=True, db_index=False, default="", max_length=255
                    ),
                ),
                ("given_at", models.DateTimeField()),
                ("is_by_guardian", models.BooleanField(default=False)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
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
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["subject_kind", "subject_key"], name="privacy_consent_subject"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("account__isnull", False), ("withdrawn_at__isnull", True)
                        ),
                        fields=("account", "purpose", "subject_kind", "subject_key"),
                        name="privacy_consent_of_account_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("account__isnull", True), ("withdrawn_at__isnull", True)
                        ),
                        fields=("person", "purpose", "subject_kind", "subject_key"),
                        name="privacy_consent_of_person_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeShown",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=16)),
                ("shown_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "version"), name="privacy_notice_shown_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivacyNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=16)),
                ("text_zh", models.TextField()),
                ("text_en", models.TextField()),
                ("changes_zh", models.TextField(blank=True, default="")),
                ("changes_en", models.TextField(blank=True, default="")),
                ("asks_again", models.JSONField(blank=True, default=list)),
                ("starts_on", models.DateField()),
                ("drafted_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("in_force_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                (
                    "drafted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                (
                    "published_by",
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
                    models.UniqueConstraint(
                        fields=("place", "version"), name="privacy_notice_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("in_force_at__isnull", True), ("published_at__isnull", True)),
                            models.Q(
                                ("in_force_at__isnull", False), ("published_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="privacy_notice_published_whole",
                    ),
                ],
            },
        ),
    ]
