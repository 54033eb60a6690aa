# SPDX-License-Identifier: MulanPSL-2.0
"""A small city's pack, loaded, with two who change it and one who approves, for tests."""

from pathlib import Path
from types import SimpleNamespace

from linli.base.actor import SYSTEM
from linli.kernel.access.factories import GrantFactory, proven
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.packs.services import pack_load
from linli.kernel.people.factories import PersonFactory
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place

WILLOW = {
    "pack.toml": """# SPDX-License-Identifier: MulanPSL-2.0
# 柳州试点。

[pack.{pack}]
label  = {{zh = "柳荫市", en = "Willow City"}}
clause = "practice 试点"
from   = 2024-01-01
base   = "pack:base"
place  = "{code}"
""",
    "duties.csv": """id,class,where_kind,list,lead,support,clause
noise,class:noise,,basic,unit:subdistrict_office,unit:police,practice 派单目录
well_lids,class:manholes,,supporting,unit:urban_management,"unit:housing",practice 派单目录
""",
    "classes.csv": (
        "id,part_of,zh,en,workflow,urgency,contact_limit,close_limit,calendar,clause,words\n"
        "noise,environment_care,噪声扰民,Noise,workflow:appeal,normal,1 working_hour,"
        "2 working_days,calendar:office,practice 热线办理规范,噪声;扰民\n"
    ),
    "roles.toml": """# 本市的岗位名称。
[role.grid_worker]
extends = "role:grid_worker"  # 别的照底本
label   = {{zh = "专职网格员", en = "Full-time grid worker"}}
clause  = "practice 试点"
""",
}
"""The files of a small city's pack; a code and an id are filled in."""


def willow_files(code: str = "519900", pack: str = "willow") -> dict[str, str]:
    """The files of the small pack for the city of that code."""
    return {
        file: text.format(code=code, pack=pack) if file.endswith(".toml") else text
        for file, text in WILLOW.items()
    }


def pack_write(folder: Path, files: dict[str, str]) -> Path:
    """Lay files down as a pack's folder, beside a base."""
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, "utf-8")
    return folder


def willow(base: Path, *, code: str = "519900", pack: str = "willow") -> SimpleNamespace:
    """The base and the small pack in force; `writer`, `second_writer` and `reviewer` at the city.

    `base` is a folder in which a copy of the base lies.
    """
    place = city_tree(code).city
    folder = pack_write(base / pack, willow_files(code, pack))
    report = pack_load(actor=SYSTEM, folder=folder)
    people = {
        "writer": staff(place, "system_administrator", "方远"),
        "second_writer": staff(place, "system_administrator", "白露"),
        "reviewer": staff(place, "pack_reviewer", "梁志明"),
    }
    actors = {key: proven(account) for key, account in people.items()}
    return SimpleNamespace(
        place=place, pack=pack, version=report.version, folder=folder, accounts=people, **actors
    )


def staff(place: Place, role: str, name: str) -> Account:
    """Somebody with a name who holds a role at a place."""
    account: Account = AccountFactory.create(place_path=place.path)
    GrantFactory.create(account=account, role=role, place=place)
    PersonFactory.create(name=name, account=account)
    return account
