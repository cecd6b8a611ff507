/** Flags that give one object, as `name=value,name=value` instead of JSON. */
import { Option } from 'commander';
import { type FieldSchema, isObject, isObjectList, withoutNull } from './field-schema.ts';
import type { InputFlag } from './input-flags.ts';
import { parseObject } from './parse-values.ts';

/** One object of a field, with a flag of its own. */
export interface StructuredFlag {
  /** Without its dashes: `rule`, `health-check`. */
  readonly flag: string;
  /** `undefined` for an item of the field itself, which is a list. */
  readonly member: string | undefined;
  /** Schema of the object. */
  readonly schema: FieldSchema;
  readonly kind: 'item' | 'object';
}

/**
 * The flags for the objects of a field: `--rule` for one of `rules`, `--health-check` for the
 * member of `healing`.
 * @param taken - flags of the command, which stay what they are
 */
export function structuredFlags(
  { field, value, schema, source }: InputFlag,
  taken: ReadonlySet<string>,
): readonly StructuredFlag[] {
  const found =
    value.kind === 'members'
      ? Object.entries(schema.properties ?? {}).flatMap(([member, property]) =>
          structuredFlag(member, member, withoutNull(property)),
        )
      : source === 'rows'
        ? []
        : structuredFlag(field, undefined, schema);
  return found.filter(({ flag }) => !taken.has(flag));
}

function structuredFlag(
  name: string,
  member: string | undefined,
  schema: FieldSchema,
): readonly StructuredFlag[] {
  const flag = name.replaceAll('_', '-');
  if (isObjectList(schema)) {
    const one = flag.replace(/s$/, '');
    return [{ flag: one, member, schema: schema.items ?? {}, kind: 'item' }];
  }
  const isMember = member !== undefined && isObject(schema);
  return isMember ? [{ flag, member, schema, kind: 'object' }] : [];
}

/** Their options. */
export function structuredOptions(flag: InputFlag, taken: ReadonlySet<string>): Option[] {
  return structuredFlags(flag, taken).map(({ flag: name, schema, kind }) => {
    const names = Object.keys(schema.properties ?? {}).join(', ');
    const isRule = schema.properties?.direction !== undefined;
    const peers = isRule ? ' from=PEER and to=PEER set direction and peer.' : '';
    const text = `One of --${flag.flag}, with ${names}.${peers}`;
    const option = new Option(`--${name} <name=value,...>`, text);
    if (kind === 'object') return option.argParser((given) => parseObject(schema, given));
    option.description = `${text} Can be repeated.`;
    return option.argParser<readonly unknown[]>((given, before = []) => [
      ...before,
      parseObject(schema, given),
    ]);
  });
}
