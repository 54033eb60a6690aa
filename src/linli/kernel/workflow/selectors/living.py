# SPDX-License-Identifier: MulanPSL-2.0
"""How many running matters live by a definition, for whoever is about to change it."""

from linli.kernel.workflow.models import Matter


def by_workflow(key: str, place_path: str) -> int:
    """Running matters of a workflow at a place and below."""
    rows = Matter.objects.running().filter(workflow=key, place__path__under=place_path)
    return rows.count()


def by_class(key: str, place_path: str) -> int:
    """Running matters of a class at a place and below."""
    rows = Matter.objects.running().filter(class_key=key, place__path__under=place_path)
    return rows.count()
