# SPDX-License-Identifier: MulanPSL-2.0
"""The ground that a place had until another was merged into it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0003_kinds_then_and_bounded"),
    ]

    operations = [
        migrations.AddField(
            model_name="placeterm",
            name="boundary",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
