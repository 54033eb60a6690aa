# SPDX-License-Identifier: MulanPSL-2.0
"""Reading webhooks, messages and open data."""
