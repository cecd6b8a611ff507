// The one table of builtins: name, where it runs, types of arguments and result.
//
// A type is a list of type names joined with "|", or "any"; `array[string]` and `set[number]` say
// what is inside. `native` builtins are functions of the
// runtime; `host` builtins are called through opa_builtin1; `compiler` ones are never called.

import { nearName } from '../../syntax/near-name.ts';
import { COMPILER_ROWS, HOST_ROWS, NATIVE_ROWS } from './builtin-rows.ts';
import { REFUSED_BUILTINS } from './refused-builtins.ts';

/** A builtin as the compiler knows it. */
type Builtin = {
  readonly name: string;
  readonly home: 'native' | 'host' | 'compiler';
  /** The types each argument may have; empty means any. */
  readonly args: readonly (readonly string[])[];
  /** The types as the rows have them, with what is inside collections. */
  readonly signature: { readonly args: readonly string[]; readonly result: string };
};

const table = new Map<string, Builtin>();
for (const [home, rows] of [
  ['native', NATIVE_ROWS],
  ['host', HOST_ROWS],
  ['compiler', COMPILER_ROWS],
] as const) {
  for (const line of rows.trim().split('\n')) {
    const [left = '', result = 'any'] = line.split('->').map((side) => side.trim());
    const [name = '', ...types] = left.split(/\s+/);
    const args = types.map((type) => (type === 'any' ? [] : type.split('|').map(outerName)));
    table.set(name, { name, home, args, signature: { args: types, result } });
  }
}

// `array` of `array[string]`.
function outerName(type: string): string {
  return type.replace(/\[.*$/, '');
}

/** All builtins by name. */
export const BUILTINS: ReadonlyMap<string, Builtin> = table;

/** Returns why a builtin of OPA is refused here; undefined if it is not. */
export function refusalOf(name: string): string | undefined {
  return REFUSED_BUILTINS.get(name);
}

/** The known name that is most like `name`, if one is near. */
export function nearestBuiltin(name: string): string | undefined {
  return nearName(
    name,
    [...BUILTINS.keys()].filter((known) => !known.startsWith('internal.')),
  );
}
