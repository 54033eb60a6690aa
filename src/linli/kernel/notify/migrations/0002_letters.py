# SPDX-License-Identifier: MulanPSL-2.0
"""Letters, mails and text messages that leave, and by whom."""

from django.db import migrations, models

import linli.base.fields


class Migration(migrations.Migration):
    dependencies = [
        ("notify", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Carrier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("sms", "Text message"), ("mail", "E-mail")],
                        max_length=8,
                        unique=True,
                    ),
                ),
                ("busy_until", models.DateTimeField(blank=True, null=True)),
                ("rest_until", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=140, unique=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[("sms", "Text message"), ("mail", "E-mail")], max_length=8
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("phone_code", "Code by phone"),
                            ("record_sealed", "The record was sealed"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "address",
                    linli.base.fields.EncryptedTextField(
                        blank=True, context="notify.letter.address"
                    ),
                ),
                (
                    "title",
                    linli.base.fields.EncryptedTextField(
                        blank=True, context="notify.letter.title", default=""
                    ),
                ),
                (
                    "body",
                    linli.base.fields.EncryptedTextField(blank=True, context="notify.letter.body"),
                ),
                ("message_id", models.CharField(blank=True, default="", max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "To be sent"),
                            ("sending", "Being handed over"),
                            ("sent", "Sent"),
                            ("uncertain", "Uncertain"),
                            ("refused", "Refused"),
                            ("given_up", "Given up"),
                            ("left", "Left as it is"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("is_doubtful", models.BooleanField(default=False)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("trouble", models.CharField(blank=True, default="", max_length=40)),
                ("made_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("handed_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending", "uncertain"])),
                        fields=["channel", "next_try_at"],
                        name="notify_letter_open",
                    ),
                    models.Index(fields=["state", "made_at"], name="notify_letter_state"),
                ],
            },
        ),
    ]
