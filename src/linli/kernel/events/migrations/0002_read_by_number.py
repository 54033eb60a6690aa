# SPDX-License-Identifier: MulanPSL-2.0
"""Events are read from a number on; their indexes by place go."""

from django.db import migrations

import linli.base.scope


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="event", name="events_place_seq"),
        migrations.AlterField(
            model_name="event",
            name="place_path",
            field=linli.base.scope.PathField(
                blank=True, db_index=False, default="", max_length=255
            ),
        ),
    ]
