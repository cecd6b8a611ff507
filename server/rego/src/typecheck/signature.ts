// The types that builtins take and give, from the table's rows.

import { BUILTINS } from '../builtins/declarations/builtin-table.ts';
import {
  ANY,
  arrayOf,
  BOOLEAN,
  NULL,
  NUMBER,
  objectOf,
  type RegoType,
  STRING,
  setOf,
  unionOf,
} from './rego-type.ts';

/** Argument and result types of a function. */
export type Signature = { readonly args: readonly RegoType[]; readonly result: RegoType };

const known = new Map<string, Signature>();

/** The signature of a builtin; one that is not in the table takes and gives anything. */
export function signatureOf(name: string): Signature {
  const before = known.get(name);
  if (before) return before;
  const { args, result } = BUILTINS.get(name)?.signature ?? { args: [], result: 'any' };
  const signature = { args: args.map(readType), result: readType(result) };
  known.set(name, signature);
  return signature;
}

const TYPES: Readonly<Record<string, (member: RegoType) => RegoType>> = {
  null: () => NULL,
  boolean: () => BOOLEAN,
  number: () => NUMBER,
  string: () => STRING,
  array: arrayOf,
  set: (member) => setOf(member),
  object: () => objectOf(ANY, ANY),
};

// `any`, or names joined with "|": `array[string]|set`.
function readType(text: string): RegoType {
  if (text === 'any') return ANY;
  return unionOf(
    text.split('|').map((each) => {
      const [, name = '', inner] = /^(\w+)(?:\[(.*)\])?$/.exec(each) ?? [];
      const type = TYPES[name];
      if (!type) throw new Error(`The table of builtins has an unknown type: ${each}`);
      return type(inner === undefined ? ANY : readType(inner));
    }),
  );
}
