// SPDX-License-Identifier: MulanPSL-2.0
// Whether somebody is at the page: what pages ask by themselves keeps nobody signed in, a key or a touch does.

const SIGNS = ["keydown", "pointerdown", "pointermove", "scroll"];
const SEEN = "linli-seen";
/** The word under which this browser keeps when a tab last told the server that somebody is here. */
export const TOLD = "linli-told";
const OFTEN = 5000;

let isActive = false;
let notedAt = 0;

SIGNS.forEach((sign) => document.addEventListener(sign, note, { passive: true, capture: true }));

/** What a poll adds to its address if somebody has been here since the last one. */
export function activity(): string {
  const told = isActive ? "&active=1" : "";
  isActive = false;
  return told;
}

/** When somebody was last at any tab of this browser. */
export function seenAt(): number {
  return kept(SEEN);
}

/** When any tab last told the server so. */
export function toldAt(): number {
  return kept(TOLD);
}

/** Somebody is here, and the server hears of it now. */
export function tellNow(): void {
  keep(TOLD, Date.now());
}

function note(): void {
  isActive = true;
  if (Date.now() - notedAt < OFTEN) return;
  notedAt = Date.now();
  keep(SEEN, notedAt);
}

function kept(name: string): number {
  try {
    return Number(localStorage.getItem(name) ?? 0);
  } catch {
    return 0;
  }
}

function keep(name: string, moment: number): void {
  try {
    localStorage.setItem(name, String(moment));
  } catch {
    // A full or forbidden store: each tab speaks for itself.
  }
}
