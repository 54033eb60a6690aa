# SPDX-License-Identifier: MulanPSL-2.0
"""What a place counted as then, and an index over the places that have a boundary."""

from typing import Any

from django.db import migrations, models


def kinds_fill(apps: Any, _editor: Any) -> None:
    """Terms of before say what the place counts as now: nothing else was ever kept."""
    term = apps.get_model("places", "PlaceTerm")
    for row in term.objects.select_related("place").iterator(chunk_size=500):
        row.kind, row.tags = row.place.kind, row.place.tags
        row.save(update_fields=["kind", "tags"])


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0002_terms_and_successions"),
    ]

    operations = [
        migrations.AddField(
            model_name="placeterm",
            name="kind",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="placeterm",
            name="tags",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.RunPython(kinds_fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(
                condition=models.Q(("boundary__isnull", False)),
                fields=["updated_at"],
                name="place_bounded",
            ),
        ),
    ]
