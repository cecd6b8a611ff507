import { BigNumber, equalNumbers } from './big-number.ts';
import { type CtyComposite, type CtyType, itemType, memberType } from './cty-type.ts';
import { isUnknown } from './unknown.ts';
import { Dynamic, isSequence, type Value, type ValueRecord } from './value.ts';

/**
 * Whether two values of a type are equal to Terraform: sets without order and repetition, numbers
 * by their decimal, an unknown value only equal to an unknown value.
 */
export function equalValues(type: CtyType, a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (isUnknown(a) || isUnknown(b)) return isUnknown(a) && isUnknown(b);
  if (typeof a === 'string') return typeof b === 'string' && a.normalize() === b.normalize();
  if (isNumber(a)) return isNumber(b) && equalNumbers(a, b);
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (a instanceof Dynamic) return b instanceof Dynamic && equalDynamics(a, b);
  if (typeof type === 'string') return false;
  if (isSequence(a)) return isSequence(b) && equalSequences(type, a, b);
  if (isSequence(b) || isNumber(b) || b instanceof Dynamic) return false;
  return equalRecords(type, a, b);
}

function isNumber(value: Value): value is number | BigNumber {
  return typeof value === 'number' || value instanceof BigNumber;
}

function equalDynamics(a: Dynamic, b: Dynamic): boolean {
  return JSON.stringify(a.type) === JSON.stringify(b.type) && equalValues(a.type, a.value, b.value);
}

function equalSequences(type: CtyComposite, a: readonly Value[], b: readonly Value[]): boolean {
  if (type[0] === 'set') return isSubset(type[1], a, b) && isSubset(type[1], b, a);
  if (a.length !== b.length) return false;
  return a.every((item, index) => {
    return equalValues(itemType(type, index), item, b[index] ?? null);
  });
}

function isSubset(element: CtyType, a: readonly Value[], b: readonly Value[]): boolean {
  if (element === 'string') {
    const texts = new Set(b);
    if (a.every((item) => texts.has(item))) return true;
  }
  return a.every((item) => b.some((other) => equalValues(element, item, other)));
}

function equalRecords(type: CtyComposite, a: ValueRecord, b: ValueRecord): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  for (const name of names) {
    const [left, right] = [a[name] ?? null, b[name] ?? null];
    if (right === null && !Object.hasOwn(b, name)) return false;
    if (left === right) continue;
    if (!equalValues(memberType(type, name), left, right)) return false;
  }
  return true;
}
