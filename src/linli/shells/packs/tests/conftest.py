# SPDX-License-Identifier: MulanPSL-2.0
"""The packs of a small city, as the kernel's tests have them."""

from linli.kernel.packs.tests.conftest import city, city_kept, packs_folder

__all__ = ["city", "city_kept", "packs_folder"]
