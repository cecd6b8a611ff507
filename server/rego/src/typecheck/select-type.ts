// What is inside a value of a type: `value[key]` and iteration.

import type { RegoValue } from '../values/rego-value.ts';
import { overlaps } from './overlap.ts';
import {
  ANY,
  alternatives,
  findProperty,
  NUMBER,
  type RegoType,
  typeOfValue,
  unionOf,
} from './rego-type.ts';

/** Returns the type of `value[key]` for a key; undefined if no value of the type has it. */
export function selectKey(type: RegoType, key: RegoValue): RegoType | undefined {
  return collect(type, (each) => {
    switch (each.kind) {
      case 'any':
        return ANY;
      case 'array':
        if (typeof key !== 'number' || key < 0) return undefined;
        return each.items[key] ?? each.rest;
      case 'object':
        return findProperty(each, key)?.value ?? selectRest(each, typeOfValue(key));
      case 'set':
        return overlaps(each.of, typeOfValue(key)) ? each.of : undefined;
      default:
        return undefined;
    }
  });
}

/**
 * Returns the type of `value[key]` for keys of a type; undefined if no value of the type has one.
 */
export function selectType(type: RegoType, key: RegoType): RegoType | undefined {
  return collect(type, (each) => {
    switch (each.kind) {
      case 'any':
        return ANY;
      case 'array':
        return overlaps(key, NUMBER) ? membersOf(each) : undefined;
      case 'object': {
        const known = each.properties.filter((own) => overlaps(typeOfValue(own.key), key));
        const rest = selectRest(each, key);
        const all = [...known.map(({ value }) => value), ...(rest ? [rest] : [])];
        return all.length === 0 ? undefined : unionOf(all);
      }
      case 'set':
        return overlaps(each.of, key) ? each.of : undefined;
      default:
        return undefined;
    }
  });
}

/** Returns the type of the keys that iteration meets; undefined for a type without collections. */
export function keysOf(type: RegoType): RegoType | undefined {
  return collect(type, (each) => {
    switch (each.kind) {
      case 'any':
        return ANY;
      case 'array':
        return NUMBER;
      case 'object':
        return unionOf([
          ...each.properties.map(({ key }) => typeOfValue(key)),
          ...(each.rest ? [each.rest.key] : []),
        ]);
      case 'set':
        return each.of;
      default:
        return undefined;
    }
  });
}

/** Returns the type of the values that iteration meets; undefined without collections. */
export function membersOf(type: RegoType): RegoType | undefined {
  return collect(type, (each) => {
    switch (each.kind) {
      case 'any':
        return ANY;
      case 'array':
        return unionOf([...each.items, ...(each.rest ? [each.rest] : [])]);
      case 'object':
        return unionOf([
          ...each.properties.map(({ value }) => value),
          ...(each.rest ? [each.rest.value] : []),
        ]);
      case 'set':
        return each.of;
      default:
        return undefined;
    }
  });
}

type Of<Kind extends RegoType['kind']> = Extract<RegoType, { readonly kind: Kind }>;

function selectRest({ rest }: Of<'object'>, key: RegoType): RegoType | undefined {
  return rest && overlaps(rest.key, key) ? rest.value : undefined;
}

function collect(
  type: RegoType,
  select: (alternative: RegoType) => RegoType | undefined,
): RegoType | undefined {
  const found = alternatives(type).flatMap((each) => {
    const selected = select(each);
    return selected ? [selected] : [];
  });
  return found.length === 0 ? undefined : unionOf(found);
}

/** Keys that a message names. */
const KEYS_NAMED_MAX = 24;

/** The keys of a type that has no others. */
export function knownKeys(type: RegoType): readonly string[] {
  const names = alternatives(type).flatMap((each) =>
    each.kind === 'object' && !each.rest ? each.properties.map(({ name }) => name) : [],
  );
  return [...new Set(names)];
}

/** Describes the keys of a type; undefined if they are unknown. */
export function describeKeys(type: RegoType): string | undefined {
  const all = alternatives(type);
  const names = knownKeys(type);
  if (names.length > 0 && all.every((each) => each.kind === 'object' && !each.rest)) {
    const others = names.length - KEYS_NAMED_MAX;
    const more = others > 0 ? ` and ${others} more` : '';
    return `it has ${names.slice(0, KEYS_NAMED_MAX).join(', ')}${more}`;
  }
  const keys = keysOf(type);
  if (!keys || keys.kind === 'any') return undefined;
  const name = all.every((each) => each.kind === 'set') ? 'members' : 'keys';
  return `its ${name} are of type ${keys.text}`;
}
