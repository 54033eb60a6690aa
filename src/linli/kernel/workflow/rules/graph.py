# SPDX-License-Identifier: MulanPSL-2.0
"""The graph of a workflow's steps: what can be reached, and whether a way leads round a fixed
step."""

from collections.abc import Collection, Iterable, Mapping

Graph = Mapping[str, Collection[str]]
"""For each step the steps that follow it."""


def reachable(graph: Graph, start: str, *, without: Collection[str] = ()) -> set[str]:
    """Steps that can be reached from `start`, itself included, never entering those `without`."""
    if start in without:
        return set()
    found, waiting = {start}, [start]
    while waiting:
        for step in graph.get(waiting.pop(), ()):
            if step not in found and step not in without:
                found.add(step)
                waiting.append(step)
    return found


def stranded(graph: Graph, ends: Iterable[str]) -> set[str]:
    """Steps from which no end can be reached."""
    backwards: dict[str, set[str]] = {}
    for step, following in graph.items():
        for next_step in following:
            backwards.setdefault(next_step, set()).add(step)
    found, waiting = set(ends), list(ends)
    while waiting:
        for step in backwards.get(waiting.pop(), ()):
            if step not in found:
                found.add(step)
                waiting.append(step)
    return set(graph) - found


def ways_round(graph: Graph, start: str, fixed: str, ends: Collection[str]) -> set[str]:
    """Ends that can be reached without passing a step that must be passed."""
    return reachable(graph, start, without=(fixed,)) & set(ends)
