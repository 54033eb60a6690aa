# SPDX-License-Identifier: MulanPSL-2.0
"""What each ledger of the plans must hold to, as data, and how that is tried."""
