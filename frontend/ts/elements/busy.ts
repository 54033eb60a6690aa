// SPDX-License-Identifier: MulanPSL-2.0
// <linli-busy>: says who else has this matter open now.
import { activity } from "../lib/active";
import { define, icon, make, say } from "../lib/dom";
import { staleSay } from "../lib/stale";

const EVERY = 15_000;
const UNKNOWN = 404;

class Busy extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    void this.ask();
    this.timer = window.setInterval(() => void this.ask(), EVERY);
    document.addEventListener("visibilitychange", this.wake);
  }

  disconnectedCallback(): void {
    window.clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.wake);
  }

  private wake = (): void => void this.ask();

  private async ask(): Promise<void> {
    if (document.hidden || !navigator.onLine) return;
    try {
      const address = `${this.dataset.url ?? ""}?of=${encodeURIComponent(this.dataset.of ?? "")}${activity()}`;
      const answer = await fetch(address, { credentials: "same-origin" });
      if (answer.status === UNKNOWN) {
        this.show([]); // who had it open then is no longer known
        this.disconnectedCallback();
        return staleSay();
      }
      if (answer.ok) this.show(((await answer.json()) as { names: string[] }).names);
    } catch {
      // Without signal nobody is known to be here; the page works on.
    }
  }

  private show(names: string[]): void {
    this.replaceChildren();
    if (!names.length) return;
    const line = make("p", "notice", icon("users"), make("span", "", say("busy", { names: names.join("、") })));
    line.dataset.tone = "soon";
    line.setAttribute("role", "status");
    this.append(line);
  }
}

define("linli-busy", Busy);
