/** Between Terraform's values and the contract's inputs and answers. */

import type { FieldTable } from '@novacron/contract/field';
import { equalJson } from '@novacron/contract/json';
import { isUnknown } from '../cty/unknown.ts';
import type { ResourceAnswer } from '../rpc/session.ts';

/** Values by attribute. */
export type Values = Readonly<Record<string, unknown>>;

/** The fields that users set, as far as they are known. */
export interface KnownInput {
  readonly input: Record<string, unknown>;
  /** Names of the fields whose values are not known yet. */
  readonly unknown: string[];
}

/** Splits planned values into what is known and the names of what is not. */
export function knownInput(table: FieldTable, values: Values): KnownInput {
  const input: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const name of userFields(table)) {
    const value = values[name];
    if (holdsUnknown(value)) unknown.push(name);
    else if (value !== null && value !== undefined) input[name] = value;
  }
  return { input, unknown };
}

/** The fields that differ between two sets of values, as an update sends them. */
export function changedInput(table: FieldTable, before: Values, after: Values): KnownInput {
  const input: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const name of userFields(table)) {
    if (holdsUnknown(after[name])) unknown.push(name);
    else if (!sameValue(before[name], after[name])) input[name] = after[name] ?? null;
  }
  return { input, unknown };
}

/** The state of a resource from the server's answer. */
export function stateOf(table: FieldTable, answer: ResourceAnswer): Record<string, unknown> {
  const fields = Object.keys(table).map((name) => [name, answer[name] ?? null]);
  return { ...Object.fromEntries(fields), id: answer.id };
}

/** Names of the user's fields whose values differ. */
export function changedFields(table: FieldTable, before: Values, after: Values): string[] {
  return userFields(table).filter((name) => !sameValue(before[name], after[name]));
}

function userFields(table: FieldTable): string[] {
  return Object.keys(table).filter((name) => table[name]?.presence !== 'computed');
}

/** Whether a value or a part of it is not known yet. */
export function holdsUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(holdsUnknown);
}

function sameValue(left: unknown, right: unknown): boolean {
  return equalJson(left ?? null, right ?? null);
}
