# SPDX-License-Identifier: MulanPSL-2.0
"""When a person was lawfully erased."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField("person", "erased_at", models.DateTimeField(blank=True, null=True)),
    ]
