/** Fields of operations that take the id of an object, and where a step may name it instead. */
import type { z } from 'zod';
import { keysOf } from '../closed-table.ts';
import { looksLikeId } from '../ids.ts';
import type { Json } from '../json.ts';
import { RESOURCE_DEFINITIONS } from '../kinds/resource-kinds.ts';

/** Kinds of objects that have names. */
export type NamedKind = keyof typeof RESOURCE_DEFINITIONS | 'node';

/** The end of an id of any kind. */
const ANY_SUFFIX = '01h455vb4pex5vsknk084sn02q';

const PREFIXES: readonly (readonly [NamedKind, string])[] = [
  ['node', 'node'],
  ...keysOf(RESOURCE_DEFINITIONS).map(
    (kind) => [kind, RESOURCE_DEFINITIONS[kind].noun.prefix] as const,
  ),
];

/** A text in the place of an id, which names an object of a kind. */
export interface NamedObject {
  readonly kind: NamedKind;
  readonly name: string;
}

/**
 * Replaces the names in the value of a field by ids.
 * @param schema - that of the field
 * @param value - a text, or a list of texts; ids and all else stay
 * @param idOf - the id of an object, which counts as any id of its kind where it returns undefined
 */
export function replaceNames(
  schema: z.ZodType,
  value: Json,
  idOf: (named: NamedObject) => string | undefined,
): Json {
  if (Array.isArray(value)) {
    return value.map((each: Json) => replaceName((text) => schema.safeParse([text]), each, idOf));
  }
  return replaceName((text) => schema.safeParse(text), value, idOf);
}

function replaceName(
  parse: (text: string) => { readonly success: boolean },
  value: Json,
  idOf: (named: NamedObject) => string | undefined,
): Json {
  if (typeof value !== 'string' || value === '' || looksLikeId(value)) return value;
  if (parse(value).success) return value;
  // A field that takes ids of several kinds, or any text of that form, does not say which is meant.
  const [kind, other] = PREFIXES.filter(([, prefix]) => parse(`${prefix}_${ANY_SUFFIX}`).success);
  if (kind === undefined || other !== undefined || value.startsWith(`${kind[1]}_`)) return value;
  return idOf({ kind: kind[0], name: value }) ?? `${kind[1]}_${ANY_SUFFIX}`;
}
