# SPDX-License-Identifier: MulanPSL-2.0
"""What lists of matters begin with; two indexes that another one begins with go."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

BY_PREFIX = "varchar_pattern_ops"
RUNNING = Q(ended_at__isnull=True)


class Migration(migrations.Migration):
    dependencies = [
        ("workflow", "0005_paths_of_matters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="matter",
            name="place",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matters",
                to="places.place",
            ),
        ),
        migrations.AlterField(
            model_name="matter",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(fields=["place_path"], name="matter_path", opclasses=[BY_PREFIX]),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=RUNNING,
                fields=["place_path"],
                name="matter_path_running",
                opclasses=[BY_PREFIX],
            ),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(condition=RUNNING, fields=["lead_unit"], name="matter_lead_running"),
        ),
    ]
