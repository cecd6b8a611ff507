// Values as text: what `sprintf` and templates write.

import { isArray, isNumber, isSet, numberText, type RegoValue } from '../../values/rego-value.ts';

/** A value as Rego writes it: strings in quotes, sets in braces. */
export function regoText(value: RegoValue): string {
  if (isArray(value)) return `[${value.map(regoText).join(', ')}]`;
  if (isNumber(value)) return numberText(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isSet(value)) {
    return value.items.length === 0 ? 'set()' : `{${value.items.map(regoText).join(', ')}}`;
  }
  const { pairs } = value;
  return `{${pairs.map(([key, each]) => `${regoText(key)}: ${regoText(each)}`).join(', ')}}`;
}

/** A value inside a text: strings as they are. */
export function plainText(value: RegoValue): string {
  return typeof value === 'string' ? value : regoText(value);
}
