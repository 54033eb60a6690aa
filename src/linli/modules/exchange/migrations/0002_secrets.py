# SPDX-License-Identifier: MulanPSL-2.0
"""Secrets of webhooks are encrypted by their columns; what stands in the tables is the same."""

from django.db import migrations

import linli.base.fields

CONTEXT = "exchange.webhook.secret"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "webhook",
                    "secret",
                    linli.base.fields.EncryptedTextField(context=CONTEXT, purpose="webhook"),
                ),
                migrations.AlterField(
                    "webhook",
                    "old_secret",
                    linli.base.fields.EncryptedTextField(
                        blank=True, context=CONTEXT, default="", purpose="webhook"
                    ),
                ),
            ]
        )
    ]
