# SPDX-License-Identifier: MulanPSL-2.0
"""Registers in the console: all at a place, the list of one, a record, and filling one in."""
