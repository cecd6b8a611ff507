/**
 * Attributes that an object inherits from another one, such as the sizes of a VM from its template.
 */
import { type FieldTable, inheritedFields } from '@novacron/contract/schema/field';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { isUnknown, UNKNOWN } from '../../cty/unknown.ts';
import { assignedFields, isNone, type Values } from '../../fields/field-values.ts';
import type { PrivateState } from '../../framework/private-state.ts';

/** Private state key: names of the attributes that were inherited when the object was created. */
const INHERITED_KEY = 'inherited';

/** A change and the configuration that caused it. */
interface Asked {
  readonly config: Values;
  /** Planned values. */
  readonly values: Values;
}

/** Plans the attributes of a kind that are inherited from other objects. */
export interface Inheritance {
  /**
   * Returns the values of a create without those that are not configured: null where the server
   * fills them in, and unknown as long as their source is unknown.
   * @param changing - ids of objects that this plan changes: their future values are unknown
   */
  readonly said: (asked: Asked, changing: ReadonlySet<string>) => Values;
  /**
   * Returns the planned values of inherited attributes; unknown without an answer of the server.
   */
  readonly shown: (said: Values, asked: Asked, filled: Values | undefined) => Values;
  /**
   * Records which attributes a create inherits, so that later plans keep them if not configured.
   */
  readonly remember: (asked: Asked, privateState: PrivateState) => void;
  /**
   * Records it for an imported object, whose creation is unknown: values that equal those of the
   * source count as inherited.
   * @param read - reads another object; undefined where that fails
   */
  readonly recognize: (
    state: Values,
    read: (kind: ResourceKind, id: string) => Promise<Values | undefined>,
    privateState: PrivateState,
  ) => Promise<void>;
  /**
   * Returns the attributes that are cleared when removed from the configuration: not inherited
   * ones.
   */
  readonly cleared: (privateState: PrivateState) => ReadonlySet<string>;
}

/** Creates the inheritance of a kind from its resource table; most kinds inherit nothing. */
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
      const assigned = assignedFields(table, config)
        .filter((name) => isUnknown(values[name]))
        .map((name) => [name, null]);
      const silent = [...open, ...assigned];
      return silent.length === 0 ? values : { ...values, ...Object.fromEntries(silent) };
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
      const inherits = (name: string) =>
        isNone(table[name], config[name]) && (values[name] ?? null) !== null;
      const taken = names.filter(inherits);
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
