// SPDX-License-Identifier: MulanPSL-2.0
// <linli-rest>: warns a minute before somebody who left the page is signed out, and says so when they are. It asks
// the server only when that minute begins and when it is over; asking alone keeps nobody signed in, a key or a touch
// in any tab of this browser does.
import { seenAt, TOLD, toldAt, tellNow } from "../lib/active";
import { define, icon, make, say } from "../lib/dom";

const WARNED = 60;
const AGAIN = 10;
const ENDED = 401;

class Rest extends HTMLElement {
  private timer = 0;
  private beat = 0;
  private dueAt = 0;

  connectedCallback(): void {
    tellNow();
    this.wait(Number(this.dataset.seconds));
    document.addEventListener("visibilitychange", this.wake);
    document.addEventListener("input", this.stayIfWarned);
    window.addEventListener("storage", this.wake);
  }

  disconnectedCallback(): void {
    this.clear();
    document.removeEventListener("visibilitychange", this.wake);
    document.removeEventListener("input", this.stayIfWarned);
    window.removeEventListener("storage", this.wake);
  }

  /** A device that slept has slept through its timers; another tab may have said that somebody is here. */
  private wake = (event: Event): void => {
    const isStaying = event instanceof StorageEvent && event.key === TOLD && this.isWarning;
    const isLate = event.type === "visibilitychange" && !document.hidden && Date.now() > this.dueAt;
    if (isStaying || isLate) void this.ask(false);
  };

  private stayIfWarned = (): void => {
    if (this.isWarning) void this.ask(true);
  };

  private get isWarning(): boolean {
    return this.childElementCount > 0;
  }

  private clear(): void {
    window.clearTimeout(this.timer);
    window.clearInterval(this.beat);
  }

  private wait(seconds: number): void {
    this.clear();
    this.replaceChildren();
    const pause = Math.max(1, seconds - WARNED) * 1000;
    this.dueAt = Date.now() + pause;
    this.timer = window.setTimeout(() => void this.ask(seenAt() > toldAt()), pause);
  }

  private async ask(isHere: boolean): Promise<void> {
    window.clearTimeout(this.timer);
    try {
      const address = `${this.dataset.url ?? ""}${isHere ? "?active=1" : ""}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.status === ENDED) return this.end();
      if (isHere) tellNow(); // only now: the other tabs ask as soon as they hear of it
      const { seconds } = (await answer.json()) as { seconds: number };
      if (seconds > WARNED) return this.wait(seconds);
      this.warn(seconds, isHere);
    } catch {
      this.timer = window.setTimeout(() => void this.ask(false), AGAIN * 1000); // without signal nobody knows
    }
  }

  /** Who stays and has no more than a minute even so has been here for as long as anybody may. */
  private warn(seconds: number, isLast: boolean): void {
    this.clear();
    const left = make("b", "num", String(seconds));
    left.setAttribute("aria-hidden", "true");
    const line = this.toast("alert", "clock", say(isLast ? "rest_last" : "rest_warned"), left);
    if (!isLast) line.append(this.button());
    const until = Date.now() + seconds * 1000;
    this.beat = window.setInterval(() => {
      left.textContent = String(Math.max(0, Math.round((until - Date.now()) / 1000)));
      if (Date.now() > until + 1000) {
        this.clear();
        void this.ask(false);
      }
    }, 1000);
  }

  private button(): HTMLButtonElement {
    const stay = make("button", "", say("rest_stay"));
    stay.type = "button";
    stay.addEventListener("click", () => void this.ask(true));
    if (!document.activeElement?.matches("input, textarea, select")) window.setTimeout(() => stay.focus());
    return stay;
  }

  private end(): void {
    this.clear();
    const back = encodeURIComponent(location.pathname + location.search);
    const again = make("a", "", say("rest_sign_in"));
    again.href = `${this.dataset.signIn ?? ""}?ended=rest&next=${back}`;
    this.toast("alert", "lock", say("rest_ended")).append(again);
    document.removeEventListener("visibilitychange", this.wake);
    window.removeEventListener("storage", this.wake);
  }

  private toast(role: string, sign: string, words: string, ...more: Node[]): HTMLElement {
    const line = make("div", "toast", icon(sign), make("span", "grow", words), ...more);
    line.setAttribute("role", role);
    this.replaceChildren(line);
    return line;
  }
}

define("linli-rest", Rest);
