/** Flags of a command, made from the schema of its operation's input. */
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import { z } from 'zod';
import { nounOfPrefix } from './nouns.ts';

/** How the text of a flag becomes a value. */
export type FlagValue =
  | { readonly kind: 'text' | 'number' | 'integer' | 'boolean' | 'map' | 'list' | 'json' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** An object with these members: all of it in JSON, or a member at a time. */
  | { readonly kind: 'members'; readonly names: readonly string[] }
  /** Names that are listed, each with a number, on or off, or `none` for null. */
  | { readonly kind: 'settings'; readonly names: Readonly<Record<string, SettingKind>> };

/** How the text behind a name becomes a value. */
export type SettingKind = 'number' | 'boolean';

/** One field of an input as a flag. */
export interface InputFlag {
  /** The field: `memory_gb`. */
  readonly field: string;
  /** The flag without its dashes: `memory-gb`. */
  readonly flag: string;
  readonly value: FlagValue;
  readonly description: string;
  readonly presence: 'required' | 'optional';
  /** Whether null can be sent, which clears the field. */
  readonly clearing: 'possible' | 'impossible';
  /**
   * Long texts are rather read from a file: `--rule-file`. A list of objects is read from `--file`,
   * which is JSON or YAML.
   */
  readonly source: 'line' | 'line-or-file' | 'rows';
  /** The nouns of which it takes an id, or a name instead; none for other fields. */
  readonly nouns: readonly string[];
}

/** From this length on a text is a file's content. Unit: characters. */
const FILE_TEXT_LENGTH = 4096;

/** Fields that hold the id of any kind of resource; their schemas do not say so. */
const ANY_RESOURCE_FIELDS: ReadonlySet<string> = new Set(['resource_id', 'target_id']);

const Property = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  maxLength: z.number().optional(),
  description: z.string().optional(),
  items: z.looseObject({ type: z.string().optional() }).optional(),
  additionalProperties: z.unknown().optional(),
  get properties() {
    return z.record(z.string(), Property).optional();
  },
  get anyOf() {
    return z.array(Property).optional();
  },
});
type Property = z.infer<typeof Property>;

const InputSchema = z.looseObject({
  properties: z.record(z.string(), Property),
  required: z.array(z.string()).default([]),
});

/**
 * Makes the flags of an input schema, in its order. The JSON Schema that zod writes is read rather
 * than zod's own objects: it is a public format and has optionality and descriptions resolved.
 */
export function flagsOfInput(input: z.ZodObject): readonly InputFlag[] {
  const known = FLAGS.get(input);
  if (known !== undefined) return known;
  const flags = makeFlags(input);
  FLAGS.set(input, flags);
  return flags;
}

/** Writing a schema takes a while: once for each. */
const FLAGS = new WeakMap<z.ZodObject, readonly InputFlag[]>();

function makeFlags(input: z.ZodObject): readonly InputFlag[] {
  const written = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  const { properties, required } = InputSchema.parse(written);
  return Object.entries(properties).map(([field, property]) => {
    const variants = property.anyOf ?? [property];
    const main = variants.find((variant) => variant.type !== 'null') ?? property;
    const value = flagValueOf(main);
    const isRequired = required.includes(field);
    const isLong = value.kind === 'text' && (main.maxLength ?? 0) >= FILE_TEXT_LENGTH;
    return {
      field,
      flag: field.replaceAll('_', '-'),
      value,
      description: property.description ?? main.description ?? '',
      presence: isRequired ? 'required' : 'optional',
      clearing: variants.some((variant) => hasType(variant, 'null')) ? 'possible' : 'impossible',
      source: isLong ? 'line-or-file' : isRequired && isRows(main) ? 'rows' : 'line',
      nouns: nounsOf(field, main.pattern),
    };
  });
}

function isRows(property: Property): boolean {
  return hasType(property, 'array') && property.items?.type === 'object';
}

function flagValueOf(property: Property): FlagValue {
  if (property.enum !== undefined) return { kind: 'choice', choices: property.enum };
  for (const kind of ['boolean', 'integer', 'number'] as const) {
    if (hasType(property, kind)) return { kind };
  }
  if (hasType(property, 'string')) return { kind: 'text' };
  if (hasType(property, 'array') && property.items?.type === 'string') return { kind: 'list' };
  const names = settingsOf(property.properties);
  if (names !== undefined) return { kind: 'settings', names };
  const entries = Property.safeParse(property.additionalProperties);
  if (entries.success && hasType(entries.data, 'string')) return { kind: 'map' };
  const members = Object.keys(property.properties ?? {});
  return members.length === 0 ? { kind: 'json' } : { kind: 'members', names: members };
}

/** Properties that are all numbers or all answers of yes and no; undefined for any other ones. */
function settingsOf(
  properties: Readonly<Record<string, Property>> | undefined,
): Readonly<Record<string, SettingKind>> | undefined {
  const named = Object.entries(properties ?? {}).map(([name, property]) => {
    const variants = property.anyOf ?? [property];
    const has = (type: string) => variants.some((variant) => hasType(variant, type));
    const kind =
      has('integer') || has('number') ? 'number' : has('boolean') ? 'boolean' : undefined;
    return [name, kind] as const;
  });
  const known = named.flatMap(([name, kind]) =>
    kind === undefined ? [] : [[name, kind] as const],
  );
  if (known.length === 0 || known.length < named.length) return undefined;
  return Object.fromEntries(known);
}

function hasType(property: Property, type: string): boolean {
  return Array.isArray(property.type) ? property.type.includes(type) : property.type === type;
}

function nounsOf(field: string, pattern: string | undefined): readonly string[] {
  if (ANY_RESOURCE_FIELDS.has(field)) return RESOURCE_KINDS;
  const prefix = /^\^([a-z]+)_/.exec(pattern ?? '')?.[1];
  const noun = prefix === undefined ? undefined : nounOfPrefix(prefix);
  return noun === undefined ? [] : [noun];
}
