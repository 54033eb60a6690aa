# SPDX-License-Identifier: MulanPSL-2.0
"""A city made where real places stand already."""

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.demo.city import city_build
from linli.demo.tests.conftest import HAMLET, UNTIL
from linli.kernel.packs.selectors import pack_folder
from linli.kernel.packs.services import pack_load
from linli.kernel.places.factories import square
from linli.kernel.places.models import Place
from linli.kernel.places.services import place_add
from linli.kernel.places.topology import topology_below


def test_nothing_invented_is_drawn_around_real_boundaries(db: None) -> None:
    with clock.at(UNTIL):
        pack_load(actor=SYSTEM, folder=pack_folder("shangqiu"))
        top = Place.objects.get(code="411400")
        assert top.boundary is None
        for number in range(1, 4):
            place_add(
                actor=SYSTEM,
                code=f"41147{number}",
                name=f"真县{number}",
                level="district",
                parent=top,
                boundary=square(103.0 + number, 29.0, 0.5),
            )
        city_build(top, HAMLET, pack="shangqiu", seed=3, progress=lambda _text: None)
        top.refresh_from_db()
        assert top.boundary is None
        assert {finding.flaw for finding in topology_below(top)} <= {"overlap"}
