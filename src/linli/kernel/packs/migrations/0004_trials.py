# SPDX-License-Identifier: MulanPSL-2.0
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("packs", "0003_drafts"),
    ]

    operations = [
        migrations.AddField(
            model_name="packdraft",
            name="trial",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="packdraft",
            name="story_reason",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="packdraft",
            name="handed_in",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
