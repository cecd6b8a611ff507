/**
 * Maps operations and fields to GraphQL names. Names stay those of the contract wherever GraphQL
 * can express them; these functions are the only difference.
 */
import { type OperationName, operationNames, operationRow } from './operations.ts';

/** The operations that GraphQL carries: all that only read. */
export function graphqlOperationNames(): OperationName[] {
  return operationNames().filter((name) => operationRow(name).effect === 'read');
}

/**
 * The query field of an operation: `vm.get` is `vm`, `vm.list` is `vms` (as in its REST path),
 * every other one keeps both words: `drift.report` is `drift_report`.
 */
export function graphqlFieldOf(name: OperationName): string {
  const [noun = '', verb = ''] = name.split('.');
  if (verb === 'get') return noun;
  if (verb === 'list') return operationRow(name).rest.path.slice(1).replaceAll(/[-/]/g, '_');
  return `${noun}_${verb}`;
}

const ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['limit', 'first'],
  ['cursor', 'after'],
]);

/** The argument of an input field: pages are asked for with `first` and `after`. */
export function graphqlArgumentOf(field: string): string {
  return ARGUMENTS.get(field) ?? field;
}

/** The enum value of a text: GraphQL's names have neither dashes nor dots. */
export function graphqlEnumValueOf(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, '_');
}

/** The type name of words: `drift.report` is `DriftReport`. */
export function graphqlTypeOf(words: string): string {
  return words
    .split(/[^A-Za-z0-9]/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}

/**
 * The field that leads to what a reference names: `network_id` to `network`, and `attached_to`,
 * which keeps the id, to `attached_to_vm`.
 */
export function graphqlRelationOf(field: string, kind: string): string {
  return field.endsWith('_id') ? field.slice(0, -'_id'.length) : `${field}_${kind}`;
}
