// Whether two types have a value in common: what can never be equal is a mistake.

import { alternatives, findProperty, type RegoType, typeOfValue } from './rego-type.ts';

type Of<Kind extends RegoType['kind']> = Extract<RegoType, { readonly kind: Kind }>;

/** Whether some value is of both types. */
export function overlaps(a: RegoType, b: RegoType): boolean {
  if (a === b || a.kind === 'any' || b.kind === 'any') return true;
  if (a.kind === 'union' || b.kind === 'union') {
    return alternatives(a).some((one) => alternatives(b).some((other) => overlaps(one, other)));
  }
  if (a.kind === 'array') return b.kind === 'array' && arraysOverlap(a, b);
  if (a.kind === 'object') {
    return b.kind === 'object' && hasRoomFor(a, b) && hasRoomFor(b, a);
  }
  if (a.kind === 'set') return b.kind === 'set' && setsOverlap(a, b);
  if (a.kind === 'string') return b.kind === 'string' && stringsOverlap(a, b);
  return a.kind === b.kind;
}

function arraysOverlap(a: Of<'array'>, b: Of<'array'>): boolean {
  const length = Math.max(a.items.length, b.items.length);
  for (let index = 0; index < length; index += 1) {
    const one = a.items[index] ?? a.rest;
    const other = b.items[index] ?? b.rest;
    if (!one || !other || !overlaps(one, other)) return false;
  }
  return true;
}

// Whether an object of type `whole` can have all properties that one of type `part` must have.
function hasRoomFor(whole: Of<'object'>, part: Of<'object'>): boolean {
  if (part.presence === 'optional') return true;
  return part.properties.every(({ key, value }) => {
    const own = findProperty(whole, key);
    if (own) return overlaps(own.value, value);
    const { rest } = whole;
    return (
      rest !== undefined && overlaps(rest.key, typeOfValue(key)) && overlaps(rest.value, value)
    );
  });
}

function stringsOverlap(a: Of<'string'>, b: Of<'string'>): boolean {
  const { values } = b;
  if (!a.values || !values || (a.origin === 'constant' && b.origin === 'constant')) return true;
  return a.values.some((value) => values.includes(value));
}

function setsOverlap(a: Of<'set'>, b: Of<'set'>): boolean {
  return (a.size === 'any' && b.size === 'any') || overlaps(a.of, b.of);
}
