# SPDX-License-Identifier: MulanPSL-2.0
"""What grids declare."""

from linli.kernel.sockets.manifest import Manifest, Measure
from linli.modules.grids.terms import HOUSEHOLDS, RESIDENTS, Event, Perm, Verb

MANIFEST = Manifest(
    name="grids",
    label={"zh": "网格", "en": "Grids"},
    needs=("places", "people", "indicators"),
    permissions={
        Perm.VIEW: {"zh": "查看网格规模和召集", "en": "See sizes of grids and call-ups"},
        Perm.DRAFT: {"zh": "拟定网格划分方案", "en": "Draw up the division into grids"},
        Perm.APPROVE: {"zh": "审批网格划分方案", "en": "Decide on the division into grids"},
        Perm.CALL_UP: {"zh": "发起战时下沉召集", "en": "Call people up"},
        Perm.ANSWER: {"zh": "应召下沉", "en": "Be called up"},
        Perm.VIEW_FIGURES: {"zh": "看下沉情况", "en": "See how call-ups go"},
    },
    verbs={
        Verb.PLAN_DRAFTED: {"zh": "开始拟定网格划分方案", "en": "began a division plan"},
        Verb.PLAN_CHANGED: {"zh": "改了网格划分方案", "en": "changed a division plan"},
        Verb.PLAN_PROPOSED: {"zh": "报送了网格划分方案", "en": "proposed a division plan"},
        Verb.PLAN_SENT_BACK: {"zh": "退回了网格划分方案", "en": "sent a division plan back"},
        Verb.PLAN_APPROVED: {"zh": "批准了网格划分方案", "en": "approved a division plan"},
        Verb.PLAN_WITHDRAWN: {"zh": "撤回了网格划分方案", "en": "withdrew a division plan"},
        Verb.PLAN_DONE: {"zh": "按方案划分了网格", "en": "carried out a division plan"},
        Verb.CALLED_UP: {"zh": "发起了下沉召集", "en": "called people up"},
        Verb.ANSWERED: {"zh": "答复了召集", "en": "answered a call-up"},
        Verb.CHECKED_IN: {"zh": "应召签到", "en": "checked in to a call-up"},
        Verb.ASSIGNED: {"zh": "安排了应召人员", "en": "gave somebody called up a place"},
        Verb.SIGNED_OFF: {"zh": "应召人员离岗", "en": "signed off from a call-up"},
        Verb.STOOD_DOWN: {"zh": "结束了下沉召集", "en": "ended a call-up"},
    },
    events=(Event.PLAN_CHANGED, Event.PLAN_DONE, Event.CALL_UP_CHANGED),
    measures={
        HOUSEHOLDS: Measure(
            {"zh": "实际居住户数", "en": "Households"},
            level="building",
            counts="linli.modules.grids.selectors.sizing.households_count",
        ),
        RESIDENTS: Measure(
            {"zh": "常住人口", "en": "Residents"},
            level="building",
            counts="linli.modules.grids.selectors.sizing.residents_count",
        ),
    },
    jobs=("linli.modules.grids.jobs",),
    surfaces=(
        "linli.modules.grids.console.sizes",
        "linli.modules.grids.console.plans",
        "linli.modules.grids.console.call_ups",
        "linli.modules.grids.field",
        "linli.modules.grids.cockpit",
    ),
)
