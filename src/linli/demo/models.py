# SPDX-License-Identifier: MulanPSL-2.0
"""Which synthetic cities stand in this database."""

from django.db import models

from linli.kernel.places.models import Place


class City(models.Model):
    """A synthetic city: what it was made from, so that it can be made again just so.

    `top` is the place its pack is bound to, `district` the one that was invented or filled in;
    `until` is the moment at which its history ends. The one shown by the door page has the newest
    `shown_at`.
    """

    pack = models.CharField(max_length=64, unique=True)
    size = models.CharField(max_length=16)
    seed = models.BigIntegerField()
    top = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    district = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    shown_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "cities"

    def __str__(self) -> str:
        return f"{self.pack} {self.size} {self.seed}"
