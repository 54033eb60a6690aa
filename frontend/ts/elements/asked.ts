// SPDX-License-Identifier: MulanPSL-2.0
// Fields that are asked only under a condition (`<div data-asked>` with its condition as JSON) come and go
// as somebody fills in the form. The server asks again; without script it decides alone.

/** A condition of a pack (definitions.md 2.3), as far as a form can answer it. */
interface Condition {
  field?: string;
  is?: string;
  value?: unknown;
  other?: string;
  all?: Condition[];
  any?: Condition[];
  not?: Condition;
}

/** True, false, or null where the form does not hold what is asked about. */
type Truth = boolean | null;

function holds(condition: Condition, form: HTMLFormElement): Truth {
  if (condition.all) return joined(condition.all.map((part) => holds(part, form)), false);
  if (condition.any) return joined(condition.any.map((part) => holds(part, form)), true);
  if (condition.not) {
    const inner = holds(condition.not, form);
    return inner === null ? null : !inner;
  }
  return compares(condition, form);
}

function joined(parts: Truth[], wanted: boolean): Truth {
  if (parts.includes(wanted)) return wanted;
  return parts.includes(null) ? null : !wanted;
}

function compares(condition: Condition, form: HTMLFormElement): Truth {
  const left = valuesOf(form, condition.field ?? "");
  if (left === null) return null;
  const right = condition.other ? valuesOf(form, condition.other) : asTexts(condition.value);
  if (right === null) return null;
  const first = left[0] ?? "";
  if (condition.is === "empty") return left.length === 0;
  if (left.length === 0) return false;
  switch (condition.is) {
    case "filled":
      return true;
    case "equal":
      return first === (right[0] ?? "");
    case "one_of":
      return right.includes(first);
    case "includes":
      return left.includes(right[0] ?? "");
    case "over":
      return order(first, right[0]) > 0;
    case "at_least":
      return order(first, right[0]) >= 0;
    case "under":
      return order(first, right[0]) < 0;
    case "at_most":
      return order(first, right[0]) <= 0;
    case "between":
      return order(first, right[0]) >= 0 && order(first, right[1]) <= 0;
    default:
      return null;
  }
}

function asTexts(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (value === true) return ["yes"];
  if (value === false) return ["no"];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

function order(left: string, right = ""): number {
  const [one, other] = [Number(left), Number(right)];
  if (Number.isNaN(one) || Number.isNaN(other)) return left < right ? -1 : Number(left > right);
  return one - other;
}

function valuesOf(form: HTMLFormElement, name: string): string[] | null {
  if (!form.elements.namedItem(name)) return null;
  return new FormData(form).getAll(name).filter((value): value is string => typeof value === "string" && value !== "");
}

function update(form: HTMLFormElement): void {
  form.querySelectorAll<HTMLElement>("[data-asked]").forEach((part) => {
    const source = part.querySelector(':scope > script[type="application/json"]');
    if (!source) return;
    const truth = holds(JSON.parse(source.textContent || "{}") as Condition, form);
    if (truth === null) return;
    part.hidden = !truth;
    part.querySelectorAll<HTMLInputElement>("input, textarea, select").forEach((box) => (box.disabled = !truth));
  });
}

function onChange(event: Event): void {
  const form = (event.target as HTMLElement).closest?.("form");
  if (form?.querySelector("[data-asked] > script")) update(form);
}

document.addEventListener("change", onChange);
document.addEventListener("input", onChange);
document.addEventListener("linli:restored", onChange);
document.addEventListener("htmx:afterSettle", updateAll);

function updateAll(): void {
  document.querySelectorAll("form").forEach((form) => update(form));
}

updateAll();
