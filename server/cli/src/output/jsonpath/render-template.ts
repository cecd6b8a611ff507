/** Writes the values of a template. */
import { isRecord } from '@novacron/contract/json';
import type { Comparison, Operand, Part, Path, Step } from './template.ts';

/**
 * Returns the text of a template: values of one path are separated by spaces, texts are written as
 * they are, anything else as JSON. A path that leads nowhere writes nothing.
 * @param value - a list is `.items`, too, as the answers of kubectl are
 */
export function renderTemplate(parts: readonly Part[], value: unknown): string {
  return renderParts(parts, { root: value, current: value });
}

interface Scope {
  readonly root: unknown;
  readonly current: unknown;
}

function renderParts(parts: readonly Part[], scope: Scope): string {
  return parts.map((part) => renderPart(part, scope)).join('');
}

function renderPart(part: Part, scope: Scope): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'path':
      return valuesOf(part.path, scope).map(textOf).join(' ');
    case 'range':
      return valuesOf(part.path, scope)
        .map((current) => renderParts(part.body, { ...scope, current }))
        .join('');
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null ? '' : JSON.stringify(value);
}

/** The values that a path leads to. */
function valuesOf({ from, steps }: Path, scope: Scope): readonly unknown[] {
  const start = from === 'root' ? scope.root : scope.current;
  const [first, ...others] = steps;
  const isItems = start === scope.root && Array.isArray(start) && isNamed(first, 'items');
  return (isItems ? others : steps).reduce<readonly unknown[]>(
    (values, step) => values.flatMap((value) => stepFrom(value, step, scope)),
    [start],
  );
}

function isNamed(step: Step | undefined, name: string): boolean {
  return step?.kind === 'names' && step.names.length === 1 && step.names[0] === name;
}

function stepFrom(value: unknown, step: Step, scope: Scope): readonly unknown[] {
  switch (step.kind) {
    case 'names':
      return membersOf(value, step.names);
    case 'all':
      return childrenOf(value);
    case 'descend':
      return [value, ...descendantsOf(value)];
    case 'indexes':
      return step.indexes.flatMap((index) => itemAt(value, index));
    case 'slice':
      return sliceOf(value, step);
    case 'filter':
      return childrenOf(value).filter((item) => holds(step.test, { ...scope, current: item }));
  }
}

function membersOf(value: unknown, names: readonly string[]): readonly unknown[] {
  if (!isRecord(value)) return [];
  return names.flatMap((name) => (Object.hasOwn(value, name) ? [value[name]] : []));
}

function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.values(value) : [];
}

function descendantsOf(value: unknown): readonly unknown[] {
  return childrenOf(value).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Negative indexes count from the end. */
function itemAt(value: unknown, index: number): readonly unknown[] {
  if (!Array.isArray(value)) return [];
  const at = index < 0 ? value.length + index : index;
  return at in value ? [value[at]] : [];
}

function sliceOf(value: unknown, step: Step & { readonly kind: 'slice' }): readonly unknown[] {
  if (!Array.isArray(value)) return [];
  return value.slice(step.from, step.to).filter((_, at) => at % step.step === 0);
}

function holds({ left, operator, right }: Comparison, scope: Scope): boolean {
  const lefts = operandValues(left, scope);
  if (operator === undefined || right === undefined) return lefts.length > 0;
  const [one] = lefts;
  const [other] = operandValues(right, scope);
  if (operator === '==') return isSame(one, other);
  if (operator === '!=') return !isSame(one, other);
  const order = compare(one, other);
  return order !== undefined && ORDERS[operator](order);
}

const ORDERS: Readonly<Record<'<' | '<=' | '>' | '>=', (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function operandValues(operand: Operand, scope: Scope): readonly unknown[] {
  return operand.kind === 'literal' ? [operand.value] : valuesOf(operand.path, scope);
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || (one === undefined && other === null);
}

/** Only texts and numbers have an order, each among themselves; undefined for anything else. */
function compare(one: unknown, other: unknown): number | undefined {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one !== 'string' || typeof other !== 'string') return undefined;
  return one < other ? -1 : Number(one > other);
}
