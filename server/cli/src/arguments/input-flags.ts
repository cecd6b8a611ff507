/** Flags of a command, made from the schema of its operation's input. */
import { z } from 'zod';
import { FieldSchema, hasType, isObjectList, nounsOf, variantsOf } from './field-schema.ts';
import { type Unit, unitOf } from './parse-quantity.ts';

/** Parsing of a flag's text into a value. */
export type FlagValue =
  | { readonly kind: 'text' | 'boolean' | 'map' | 'list' | 'json' }
  /** Labels of a resource, one at a time. */
  | { readonly kind: 'labels' }
  /** Conditions on labels, which are all to be met. */
  | { readonly kind: 'selector' }
  /** A number, which may be written with its unit where it has one. */
  | { readonly kind: 'number' | 'integer'; readonly unit: Unit | undefined }
  /** A moment in RFC 3339, which may be given as a date, or as a duration from now. */
  | { readonly kind: 'moment' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** A yes or a no in words, which is a flag like those of booleans. */
  | { readonly kind: 'answer' }
  /** An object with known members: all of it in JSON, or a member at a time. */
  | { readonly kind: 'members' }
  /** Names that are listed, each with a number, on or off, or `none` for null. */
  | { readonly kind: 'settings'; readonly names: Readonly<Record<string, SettingKind>> };

/** Parsing of a setting's text into a value. */
export type SettingKind = 'integer' | 'number' | 'boolean';

/** One field of an input as a flag. */
export interface InputFlag {
  /** The field: `memory_gb`. */
  readonly field: string;
  /** The flag without its dashes: `memory-gb`. */
  readonly flag: string;
  readonly value: FlagValue;
  /** Schema of the field's values other than null. */
  readonly schema: FieldSchema;
  readonly description: string;
  readonly presence: 'required' | 'optional';
  /** Whether null can be sent, which clears the field. */
  readonly clearing: 'possible' | 'impossible';
  /**
   * Long texts are rather read from a file: `--rule-file`. A list of objects is read from `--file`,
   * which is JSON or YAML.
   */
  readonly source: 'line' | 'line-or-file' | 'rows';
  /** The nouns of which it takes ids, or names instead; none for other fields. */
  readonly nouns: readonly string[];
}

/** From this length on a text is a file's content. Unit: characters. */
const FILE_TEXT_LENGTH = 4096;

const InputSchema = z.looseObject({
  properties: z.record(z.string(), FieldSchema),
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
    const variants = variantsOf(property);
    const main = variants.find((variant) => variant.type !== 'null') ?? property;
    const value = flagValueOf(field, main);
    const isRequired = required.includes(field);
    const isLong = value.kind === 'text' && (main.maxLength ?? 0) >= FILE_TEXT_LENGTH;
    return {
      field,
      flag: flagOf(field),
      value,
      schema: main,
      description: property.description ?? main.description ?? '',
      presence: isRequired ? 'required' : 'optional',
      clearing: variants.some((variant) => hasType(variant, 'null')) ? 'possible' : 'impossible',
      source: isLong ? 'line-or-file' : isRequired && isObjectList(main) ? 'rows' : 'line',
      nouns: nounsOf(field, main.items ?? main),
    };
  });
}

/** Fields with labels: one word for setting them and for selecting by them. */
const LABEL_FIELDS: readonly string[] = ['metadata', 'labels'];

function flagOf(field: string): string {
  return LABEL_FIELDS.includes(field) ? 'label' : field.replaceAll('_', '-');
}

/** Whether a flag takes a secret: a write-only value. */
export function isSecret({ field }: Pick<InputFlag, 'field'>): boolean {
  return field.endsWith('_wo');
}

function flagValueOf(field: string, property: FieldSchema): FlagValue {
  if (property.enum !== undefined) {
    const isAnswer = property.enum.join() === 'yes,no';
    return isAnswer ? { kind: 'answer' } : { kind: 'choice', choices: property.enum };
  }
  if (hasType(property, 'boolean')) return { kind: 'boolean' };
  for (const kind of ['integer', 'number'] as const) {
    if (hasType(property, kind)) return { kind, unit: unitOf(field) };
  }
  if (hasType(property, 'string')) {
    if (LABEL_FIELDS.includes(field)) return { kind: 'selector' };
    return { kind: property.format === 'date-time' ? 'moment' : 'text' };
  }
  if (hasType(property, 'array') && hasType(property.items ?? {}, 'string')) {
    return { kind: 'list' };
  }
  const names = settingsOf(property.properties);
  if (names !== undefined) return { kind: 'settings', names };
  const entries = FieldSchema.safeParse(property.additionalProperties);
  if (entries.success && hasType(entries.data, 'string')) {
    return { kind: field === 'metadata' ? 'labels' : 'map' };
  }
  return { kind: Object.keys(property.properties ?? {}).length === 0 ? 'json' : 'members' };
}

/** Properties that are all numbers or all answers of yes and no; undefined for any other ones. */
function settingsOf(
  properties: Readonly<Record<string, FieldSchema>> | undefined,
): Readonly<Record<string, SettingKind>> | undefined {
  const named = Object.entries(properties ?? {}).map(([name, property]) => {
    const variants = variantsOf(property);
    const has = (type: string) => variants.some((variant) => hasType(variant, type));
    const kind = (['integer', 'number', 'boolean'] as const).find(has);
    return [name, kind] as const;
  });
  const known = named.flatMap(([name, kind]) =>
    kind === undefined ? [] : [[name, kind] as const],
  );
  if (known.length === 0 || known.length < named.length) return undefined;
  return Object.fromEntries(known);
}
