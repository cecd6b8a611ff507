/** Attributes that an object takes from another one: the sizes of a VM from its template. */
import { type FieldTable, inheritedFields, type ResourceKind } from '@novacron/contract/field';
import { isUnknown, UNKNOWN } from '../../cty/unknown.ts';
import type { Values } from '../../fields/field-values.ts';
import type { PrivateState } from '../../framework/private-state.ts';

/** Private state: names of the attributes that the object did not say when it was made. */
const INHERITED_KEY = 'inherited';

/** A change with what the user wrote. */
interface Asked {
  readonly config: Values;
  /** As planned. */
  readonly values: Values;
}

/** What a kind's attributes take from other objects. */
export interface Inheritance {
  /**
   * The values of a create without those that nobody said: null where the server fills them in, and
   * unknown as long as what they come from is.
   * @param changing - ids of what this plan changes: what they will say is not known yet
   */
  readonly said: (asked: Asked, changing: ReadonlySet<string>) => Values;
  /** What a plan shows of them; unknown where the server has not answered. */
  readonly shown: (said: Values, asked: Asked, filled: Values | undefined) => Values;
  /** Remembers what a create takes from elsewhere, so that it stays where nothing is said later. */
  readonly remember: (asked: Asked, privateState: PrivateState) => void;
  /**
   * Remembers it for an object that is imported, which nothing tells of how it was made: what is as
   * its source has it comes from there.
   * @param read - reads another object; undefined where that fails
   */
  readonly recognize: (
    state: Values,
    read: (kind: ResourceKind, id: string) => Promise<Values | undefined>,
    privateState: PrivateState,
  ) => Promise<void>;
  /** Names of what ends with its configuration, because the object had it of its own. */
  readonly cleared: (privateState: PrivateState) => ReadonlySet<string>;
}

/** Reads from the resource table what is inherited; most kinds inherit nothing. */
export function createInheritance(table: FieldTable): Inheritance {
  const names = inheritedFields(table);
  const optional = names.filter((name) => table[name]?.presence === 'optional');
  const silentIn = (config: Values) => names.filter((name) => (config[name] ?? null) === null);
  return {
    said: ({ config, values }, changing) => {
      const open = silentIn(config).map((name) => {
        const source = config[table[name]?.inherits ?? ''] ?? null;
        const isOpen = isUnknown(source) || changing.has(String(source));
        return [name, isOpen ? UNKNOWN : null];
      });
      return open.length === 0 ? values : { ...values, ...Object.fromEntries(open) };
    },
    shown: (said, { config }, filled) => {
      const shown = silentIn(config).map((name) => {
        const none = optional.includes(name) ? null : UNKNOWN;
        const isOpen = filled === undefined || isUnknown(said[name]);
        return [name, isOpen ? UNKNOWN : (filled[name] ?? none)];
      });
      return Object.fromEntries(shown);
    },
    remember: ({ config, values }, privateState) => {
      const taken = silentIn(config).filter((name) => (values[name] ?? null) !== null);
      if (taken.length > 0) privateState.set(INHERITED_KEY, taken);
    },
    recognize: async (state, read, privateState) => {
      const taken: string[] = [];
      for (const name of optional.filter((each) => (state[each] ?? null) !== null)) {
        const field = table[table[name]?.inherits ?? ''];
        const source = state[table[name]?.inherits ?? ''] ?? null;
        if (field?.references === undefined || source === null) continue;
        const found = await read(field.references, String(source));
        if (found?.[name] === state[name]) taken.push(name);
      }
      if (taken.length > 0) privateState.set(INHERITED_KEY, taken);
    },
    cleared: (privateState) => {
      const taken = privateState.get(INHERITED_KEY);
      const kept: readonly unknown[] = Array.isArray(taken) ? taken : [];
      return new Set(optional.filter((name) => !kept.includes(name)));
    },
  };
}
