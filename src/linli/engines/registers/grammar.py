# SPDX-License-Identifier: MulanPSL-2.0
"""The kind that registers own, with its check and where it is kept."""

from linli.engines.registers.models import Definition
from linli.engines.registers.rules.fitting import register_problems
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.services.slots import slots_take
from linli.kernel.sockets.grammar import Grammar, PackContext, keeps

_keep = keeps(Definition, "register")


def _check(context: PackContext, key: str, spec: RegisterSpec) -> list[tuple[str, str]]:
    del key
    return list(register_problems(context.known, spec))


def _put(context: PackContext, key: str, spec: RegisterSpec) -> bool:
    is_new = _keep(context, key, spec)
    if is_new and not context.is_removed:
        slots_take(actor=context.actor, register=key, spec=spec)
    return is_new


REGISTER = Grammar("register", RegisterSpec, _put, check=_check)
