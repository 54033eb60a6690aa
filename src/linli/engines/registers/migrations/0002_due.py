# SPDX-License-Identifier: MulanPSL-2.0
"""Records know the day by which somebody must see to them; so far that was their last one."""

from typing import Any

from django.db import migrations, models


def _of_the_last_day(apps: Any, _editor: Any) -> None:
    record = apps.get_model("registers", "Record")
    record.objects.filter(state="standing").update(due_on=models.F("ends_on"))


def _index(name: str, field: str) -> models.Index:
    return models.Index(
        condition=models.Q((f"{field}__isnull", False), ("state", "standing")),
        fields=["register", field],
        name=name,
    )


class Migration(migrations.Migration):
    """A column, filled, and its index instead of that of the last day."""

    dependencies = [("registers", "0001_initial")]

    operations = [
        migrations.AddField("record", "due_on", models.DateField(blank=True, null=True)),
        migrations.RunPython(_of_the_last_day, migrations.RunPython.noop),
        migrations.RemoveIndex("record", "record_ending"),
        migrations.AddIndex("record", _index("record_due", "due_on")),
    ]
