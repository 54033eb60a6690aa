# SPDX-License-Identifier: MulanPSL-2.0
"""How far the stories of a draft were tried, and which of them do not hold with it in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linli.kernel.packs import drafts
from linli.kernel.packs.drafts import DraftView, Files
from linli.kernel.packs.models import PackDraft
from linli.kernel.packs.stories import Missed


@dataclass(frozen=True)
class Tried:
    """One story of a draft; `missed` is None before its turn has come.

    `was_so` says that it did not hold before the draft either.
    """

    key: str
    label: Mapping[str, str]
    missed: tuple[Missed, ...] | None
    was_so: bool

    @property
    def is_broken(self) -> bool:
        """Whether it is the draft with which it does not hold."""
        return bool(self.missed) and not self.was_so


@dataclass(frozen=True)
class TrialView:
    """The stories of a draft as it stands now, each with its outcome so far.

    `is_open` says that they can be tried: nothing has to be mended first.
    """

    stories: tuple[Tried, ...]
    is_open: bool

    @property
    def done(self) -> int:
        """How many were tried."""
        return sum(story.missed is not None for story in self.stories)

    @property
    def is_over(self) -> bool:
        """Whether all of them were tried."""
        return self.done == len(self.stories)

    @property
    def broken(self) -> list[Tried]:
        """Those that the draft breaks, or says anew and that do not hold."""
        return [story for story in self.stories if story.is_broken]


def trial_view(draft: PackDraft, view: DraftView) -> TrialView:
    """The trial of a draft as it stands; what was tried of an earlier state of it is forgotten."""
    kept = draft.trial.get("stories", {})
    if draft.trial.get("mark") != trial_mark(draft, view.files):
        kept = {}
    stories = tuple(
        _tried(key, entry.body.get("label", {}), kept.get(key))
        for key, entry in view.checked.files.of_kind("story").items()
    )
    return TrialView(stories, is_open=not (view.problems or view.crossed))


def _tried(key: str, label: Mapping[str, str], kept: Mapping[str, Any] | None) -> Tried:
    if kept is None:
        return Tried(key, label, None, was_so=False)
    return Tried(key, label, tuple(Missed(**one) for one in kept["missed"]), kept["was_so"])


def trial_mark(draft: PackDraft, files: Files) -> str:
    """A sign for what a trial goes by: the files of the draft, and what is in force below them."""
    newest = drafts.load_in_force(draft.pack)
    version = newest.version if newest is not None else ""
    return drafts.mark_of([dict(files), version, drafts.base_in_force().files.version])


def has_stories(files: Files) -> bool:
    """Whether a draft may hold stories, before it is read."""
    return any("[story" in text for text in files.values())
