# SPDX-License-Identifier: MulanPSL-2.0
"""Pure rules of workflow: who-words, limits, the graph of steps. No database, no clock."""
