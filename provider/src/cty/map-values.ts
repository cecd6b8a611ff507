/** Changes the parts of a value one by one. They are many: no path is made on the way. */
import { CtyError } from './cty-error.ts';
import type { PathStep } from './path.ts';

/**
 * Changes every item of a sequence.
 * @throws CtyError of an item, with its index before the path
 */
export function mapItems<A, B>(
  items: readonly A[],
  change: (item: A, index: number) => B,
): readonly B[] {
  return items.map((item, index) => {
    try {
      return change(item, index);
    } catch (error) {
      throw within(error, index);
    }
  });
}

/**
 * Changes every member of a map or an object.
 * @param stepOf - what a name is in a path: an attribute, or with `toKey` the key of a map
 * @throws CtyError of a member, with its step before the path
 */
export function mapRecord<A, B>(
  record: { readonly [name: string]: A },
  change: (item: A, name: string) => B,
  stepOf: (name: string) => PathStep = toAttribute,
): { readonly [name: string]: B } {
  const changed: { [name: string]: B } = {};
  let current = '';
  try {
    for (const name of Object.keys(record)) {
      current = name;
      // The name is a key of the record.
      setOwn(changed, name, change(record[name] as A, name));
    }
  } catch (error) {
    throw within(error, stepOf(current));
  }
  return changed;
}

/** The step of a path to a key of a map. */
export function toKey(key: string): PathStep {
  return { key };
}

function toAttribute(name: string): PathStep {
  return name;
}

/** Users choose the keys of maps: this one would change the prototype instead. */
export const PROTOTYPE = '__proto__';

/** Sets a member of an object, whatever it is called. */
export function setOwn<V>(record: { [name: string]: V }, name: string, value: V): void {
  if (name !== PROTOTYPE) record[name] = value;
  else {
    const member = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(record, name, member);
  }
}

function within(error: unknown, step: PathStep): unknown {
  if (!(error instanceof CtyError)) return error;
  const { cause, path, reason } = error;
  return new CtyError([step, ...path], reason, cause === undefined ? {} : { cause });
}
