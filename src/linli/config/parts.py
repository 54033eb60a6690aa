# SPDX-License-Identifier: MulanPSL-2.0
"""The parts of the house in order, from the bottom up: the one list of what is installed."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]

KERNEL = (
    "jobs",
    "events",
    "audit",
    "sockets",
    "keys",
    "accounts",
    "places",
    "units",
    "access",
    "people",
    "privacy",
    "files",
    "retention",
    "backups",
    "notify",
    "forms",
    "workflow",
    "packs",
    "health",
)
SHELLS = (
    "frame",
    "identity",
    "portal",
    "field",
    "console",
    "cockpit",
    "places",
    "units",
    "accounts",
    "grants",
    "operators",
    "tokens",
    "abuse",
    "privacy",
    "erasing",
    "procedures",
    "packs",
    "matters",
    "record",
    "retention",
    "exports",
    "status",
    "go",
)
ENGINES = ("ballots", "indicators", "registers")
MODULES = ("appeals", "exchange", "grids", "subjects")

PARTS = [
    *(f"linli.kernel.{name}" for name in KERNEL),
    *(f"linli.shells.{name}" for name in SHELLS),
    *(f"linli.engines.{name}" for name in ENGINES),
    *(f"linli.modules.{name}" for name in MODULES),
    "linli.demo",
]
MANIFESTS = [f"{part}.manifest" for part in PARTS]
