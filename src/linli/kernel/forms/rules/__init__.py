# SPDX-License-Identifier: MulanPSL-2.0
"""Pure rules of forms: reading values, checking what was filled in, describing a form. No
database."""
