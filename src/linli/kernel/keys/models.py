# SPDX-License-Identifier: MulanPSL-2.0
"""How far each column has been renewed."""

from django.db import models


class Renewal(models.Model):
    """One column whose values are made anew with the newest key, and how far that has come.

    `name` is the column ("people.person.phone"), `key_id` the key it is renewed to, `after` the
    last row that was looked at in this round ("" at its beginning); a restart goes on from there.
    `renewed` counts rows, `stuck` those in this round that no key opens. Times are wall time: the
    demo clock moves the city, never the machinery.
    """

    name = models.CharField(primary_key=True, max_length=100)
    key_id = models.CharField(max_length=16)
    after = models.CharField(max_length=64, blank=True, default="")
    renewed = models.PositiveBigIntegerField(default=0)
    stuck = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
