# SPDX-License-Identifier: MulanPSL-2.0
"""The kinds that workflow owns, with their checks and where they are kept."""

from linli.kernel.sockets.grammar import Grammar, keeps
from linli.kernel.workflow.checks import duty_check, workflow_check
from linli.kernel.workflow.grammar import CalendarSpec, DayRow, DutyRow, ServiceRow, WorkflowSpec
from linli.kernel.workflow.models import Definition

WORKFLOW = Grammar("workflow", WorkflowSpec, keeps(Definition, "workflow"), check=workflow_check)
CALENDAR = Grammar("calendar", CalendarSpec, keeps(Definition, "calendar"))
DAY = Grammar("day", DayRow, keeps(Definition, "day"), is_table=True)
DUTY = Grammar("duty", DutyRow, keeps(Definition, "duty"), check=duty_check, is_table=True)
SERVICE = Grammar("service", ServiceRow, keeps(Definition, "service"), is_table=True)
