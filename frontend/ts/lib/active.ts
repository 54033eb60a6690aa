// SPDX-License-Identifier: MulanPSL-2.0
// Whether somebody is at the page: what pages ask by themselves keeps nobody signed in, a key or a touch does.

const SIGNS = ["keydown", "pointerdown", "pointermove", "scroll"];

let isActive = false;

SIGNS.forEach((sign) => document.addEventListener(sign, () => (isActive = true), { passive: true, capture: true }));

/** What a poll adds to its address if somebody has been here since the last one. */
export function activity(): string {
  const told = isActive ? "&active=1" : "";
  isActive = false;
  return told;
}
