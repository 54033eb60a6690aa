// SPDX-License-Identifier: MulanPSL-2.0
// <linli-boxes>: boxes over a photo, drawn with the pointer or moved by keys; the inputs below hold the truth.
import { define, make } from "../lib/dom";

const SIDES = ["x", "y", "width", "height"] as const;
const LEAST = 0.5;
const WHOLE = 100;

type Numbers = [number, number, number, number];

class Boxes extends HTMLElement {
  private from: { x: number; y: number } | null = null;
  private drawn: HTMLTableRowElement | null = null;

  connectedCallback(): void {
    const stage = this.stage;
    if (!stage) return;
    this.addEventListener("input", () => this.draw());
    stage.addEventListener("pointerdown", (event) => this.begin(event));
    stage.addEventListener("pointermove", (event) => this.stretch(event));
    stage.addEventListener("pointerup", () => this.end());
    stage.addEventListener("pointercancel", () => this.end());
    stage.querySelector("img")?.addEventListener("dragstart", (event) => event.preventDefault());
    this.draw();
  }

  private get stage(): HTMLElement | null {
    return this.querySelector(".cover-stage");
  }

  private get rows(): HTMLTableRowElement[] {
    return Array.from(this.querySelectorAll<HTMLTableRowElement>("[data-box-row]"));
  }

  private input(row: HTMLElement, side: string): HTMLInputElement | null {
    return row.querySelector<HTMLInputElement>(`input[name=${side}]`);
  }

  private read(row: HTMLElement): Numbers {
    return SIDES.map((side) => Number(this.input(row, side)?.value || "0")) as Numbers;
  }

  private write(row: HTMLElement, [x, y, width, height]: Numbers): void {
    const wide = Math.min(Math.max(width, LEAST), WHOLE);
    const high = Math.min(Math.max(height, LEAST), WHOLE);
    const told = [Math.min(Math.max(x, 0), WHOLE - wide), Math.min(Math.max(y, 0), WHOLE - high), wide, high];
    SIDES.forEach((side, at) => {
      const input = this.input(row, side);
      if (input) input.value = String(Math.round((told[at] ?? 0) * 10) / 10);
    });
  }

  private clear(row: HTMLElement): void {
    for (const side of SIDES) {
      const input = this.input(row, side);
      if (input) input.value = "";
    }
  }

  private point(event: PointerEvent): { x: number; y: number } {
    const frame = this.stage?.getBoundingClientRect() ?? new DOMRect();
    return {
      x: Math.min(Math.max(((event.clientX - frame.left) / frame.width) * WHOLE, 0), WHOLE),
      y: Math.min(Math.max(((event.clientY - frame.top) / frame.height) * WHOLE, 0), WHOLE),
    };
  }

  private begin(event: PointerEvent): void {
    if (event.button !== 0 || (event.target as Element).closest("button")) return;
    this.drawn = this.free();
    this.from = this.drawn ? this.point(event) : null;
    this.stage?.setPointerCapture(event.pointerId);
    event.preventDefault();
  }

  private stretch(event: PointerEvent): void {
    if (!this.from || !this.drawn) return;
    const to = this.point(event);
    const left = Math.min(this.from.x, to.x);
    const top = Math.min(this.from.y, to.y);
    this.write(this.drawn, [left, top, Math.abs(to.x - this.from.x), Math.abs(to.y - this.from.y)]);
    this.draw();
  }

  private end(): void {
    this.from = this.drawn = null;
    this.draw();
  }

  /** The first row that holds nothing; one more is made from the last where none is left. */
  private free(): HTMLTableRowElement | null {
    const empty = this.rows.find((row) => SIDES.every((side) => !this.input(row, side)?.value));
    if (empty) return empty;
    const last = this.rows[this.rows.length - 1];
    const more = last?.cloneNode(true) as HTMLTableRowElement | undefined;
    if (!last || !more) return null;
    this.clear(more);
    const name = more.querySelector("th");
    if (name) name.textContent = String(this.rows.length + 1);
    last.after(more);
    return more;
  }

  private draw(): void {
    const stage = this.stage;
    const focused = document.activeElement?.getAttribute("data-of-row");
    stage?.querySelectorAll(".cover-box").forEach((box) => box.remove());
    this.rows.forEach((row, at) => {
      const [x, y, width, height] = this.read(row);
      if (width <= 0 || height <= 0) return;
      const box = make("button", "cover-box");
      box.type = "button";
      box.dataset.ofRow = String(at);
      box.setAttribute("aria-label", `${this.dataset.box ?? ""} ${at + 1}. ${this.dataset.help ?? ""}`);
      Object.assign(box.style, { left: `${x}%`, top: `${y}%`, width: `${width}%`, height: `${height}%` });
      box.addEventListener("keydown", (event) => this.key(event, row));
      stage?.append(box);
      if (String(at) === focused) box.focus();
    });
  }

  private key(event: KeyboardEvent, row: HTMLElement): void {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const step = steps[event.key];
    if (event.key === "Delete" || event.key === "Backspace") this.clear(row);
    else if (step) {
      const [x, y, width, height] = this.read(row);
      const [right, down] = step;
      this.write(row, event.shiftKey ? [x, y, width + right, height + down] : [x + right, y + down, width, height]);
    } else return;
    event.preventDefault();
    this.draw();
  }
}

define("linli-boxes", Boxes);
