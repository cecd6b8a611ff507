/** Values in diagnostics: plans are pasted into pull requests, and kept in logs of pipelines. */

import { TEMPLATE } from '@novacron/contract/kinds/vm-group/member-in-question';

/** A longer value is cut. Unit: characters of JSON. */
const SHOWN_LENGTH_MAX = 200;

/**
 * Fields whose texts are the user's own and may be secret. Terraform redacts what a configuration
 * marks as sensitive, and does not tell providers about it.
 */
const FREE_TEXTS: ReadonlySet<string> = new Set(['description', 'metadata', 'user_data']);

/** Stands for values that are not shown. */
export const HIDDEN = 'changed (plans do not show the values of this field)';

/**
 * Whether the values of a field are hidden.
 * @param path - such as `metadata.tier`, or `vm.metadata.tier` of the template of a group
 */
export function isHidden(path: string): boolean {
  const [name = '', inner = ''] = path.split(/[.[]/);
  return FREE_TEXTS.has(name === TEMPLATE ? inner : name);
}

/** Describes the change of a field in a line. */
export function showChange(name: string, was: unknown, is: unknown): string {
  return `${name}: ${isHidden(name) ? HIDDEN : `${show(was)} -> ${show(is)}`}`;
}

/** Texts of documents and rules are longer than a message. */
function show(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  if (text.length <= SHOWN_LENGTH_MAX) return text;
  return `${text.slice(0, SHOWN_LENGTH_MAX)}… (${text.length} characters)`;
}
