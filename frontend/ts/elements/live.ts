// SPDX-License-Identifier: MulanPSL-2.0
// <linli-live>: asks every two seconds whether anything happened at the places of this page, and lets the
// parts marked `data-live` fetch themselves anew. A page whose seal has run out says that it stands still.
import htmx from "htmx.org";
import { activity } from "../lib/active";
import { define } from "../lib/dom";
import { staleSay } from "../lib/stale";

const EVERY = 2000;
const SLOWEST = 60_000;
const UNKNOWN = 404;

class Live extends HTMLElement {
  private since = "";
  private pause = EVERY;
  private timer = 0;

  connectedCallback(): void {
    this.since = this.dataset.since ?? "";
    document.addEventListener("visibilitychange", this.wake);
    document.addEventListener("linli:changed", (event) => {
      if (event.target === document) refresh(); // what refresh() triggers bubbles up here too
    });
    this.later();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.wake);
    window.clearTimeout(this.timer);
  }

  private wake = (): void => {
    if (!document.hidden) void this.ask();
  };

  private later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), this.pause);
  }

  private async ask(): Promise<void> {
    window.clearTimeout(this.timer);
    if (document.hidden || !navigator.onLine) return this.later();
    try {
      const address = `${this.dataset.url ?? ""}?of=${encodeURIComponent(this.dataset.of ?? "")}&since=${this.since}${activity()}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.status === UNKNOWN) return staleSay(); // asking again changes nothing
      if (answer.status === 200) {
        this.since = ((await answer.json()) as { mark: string }).mark;
        refresh();
      }
      this.pause = answer.ok ? EVERY : Math.min(SLOWEST, this.pause * 2);
    } catch {
      this.pause = Math.min(SLOWEST, this.pause * 2);
    }
    this.later();
  }
}

/** A part that somebody is typing into is left alone until they are done. */
function refresh(): void {
  document.querySelectorAll<HTMLElement>("[data-live]").forEach((part) => {
    const focused = document.activeElement;
    const isBusy = focused !== null && part.contains(focused) && focused.matches("input:not([type=checkbox]), textarea, select");
    if (!isBusy) htmx.trigger(part, "linli:changed");
  });
}

define("linli-live", Live);
