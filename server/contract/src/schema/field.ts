/**
 * The resource table: one row a field. Everything that has to agree about a field (request and
 * response schemas, the Terraform schema, effects in a plan, drift, redaction, documentation) is
 * derived from its row.
 */
import type { z } from 'zod';
import { canonicalJson } from '../json.ts';
import { newName } from './new-name.ts';
import type { ResourceKind } from './resource-kind.ts';

/**
 * Effect of a field's change on the running resource. `reimage`: a restart with a new root disk.
 */
export type Effect = 'live' | 'restart' | 'reimage' | 'replace' | 'data-loss';

/** Hypervisor features that need no restart; they decide effects. */
export interface DriverCapabilities {
  readonly hotplugCpu: 'yes' | 'no';
  readonly hotplugMemory: 'yes' | 'no';
  readonly hotplugDisk: 'yes' | 'no';
}

/** Decides the effect of a change from both values and the hypervisor's capabilities. */
export type EffectOf = (
  before: unknown,
  after: unknown,
  capabilities: DriverCapabilities,
) => Effect;

/** Risk if the field drifts. */
export type DriftClass = 'security' | 'availability' | 'cost' | 'cosmetic';

/** Units a number can have. GB counts 1024^3 bytes, as hypervisors do. */
export type Unit = 'cores' | 'GB' | 'percent';

/** A change before it is made. Values that are not known yet have no type of their schema. */
export interface ForeseenChange {
  /** The resource as it is; undefined for a create. */
  readonly before: Readonly<Record<string, unknown>> | undefined;
  readonly after: Readonly<Record<string, unknown>>;
}

/** One row of the resource table. */
export interface Field {
  /** The value's schema, without optionality. */
  readonly schema: z.ZodType;
  readonly description: string;
  /** `computed` fields are answers only; `optional` ones may be null. */
  readonly presence: 'required' | 'optional' | 'computed';
  /** Default of an absent optional field; without it, null. */
  readonly default?: string | number | boolean;
  readonly unit?: Unit;
  /** `platform`: NovaCron itself may change it, so a change is never drift. */
  readonly owner: 'user' | 'platform';
  readonly effectOf: EffectOf;
  readonly driftClass: DriftClass;
  /**
   * `sensitive`: answers carry it, plans and logs mask it. `write-only`: it is never returned.
   * The desired state at rest holds neither: both are kept apart, sealed.
   */
  readonly secrecy: 'plain' | 'sensitive' | 'write-only';
  /** The field whose change sends a `write-only` value again. Terraform sets both or neither. */
  readonly versionedBy?: string;
  /** The field that cannot be set together with this one. */
  readonly excludes?: string;
  /** `set`: the elements of a list have no order and do not repeat; they are kept sorted. */
  readonly collection?: 'set';
  /** The rows of an object's own fields, where it has them. */
  readonly inside?: FieldTable;
  /**
   * `volatile`: changes whenever other resources do. Answers carry it; Terraform's state does not,
   * because it would be out of date at once and every refresh would report a change. `observed`:
   * changes by itself. Terraform's state has it as it was read last until the next refresh, and
   * the plan of an update keeps it, unless a field that it follows changes.
   */
  readonly volatility: 'steady' | 'volatile' | 'observed';
  /** A computed value that stays as long as these fields do. */
  readonly follows?: readonly string[];
  /** The field without which a computed value is empty, whatever else changes. */
  readonly onlyWith?: string;
  /**
   * Returns the computed value after a change of fields that it follows, where they decide it;
   * undefined where only the server knows it.
   */
  readonly foresee?: (change: ForeseenChange) => unknown;
  /**
   * The computed field that stays as long as the value means the same, however it is spelled. Both
   * spellings are the same value to Terraform.
   */
  readonly meaning?: string;
  /**
   * Returns the form in which values are compared, where one value has several spellings: IPv6
   * addresses. A value that is only spelled differently is no change.
   */
  readonly canonical?: (value: unknown) => unknown;
  /**
   * The field that names what an absent value is taken from when the resource is made: the sizes of
   * a VM from its template. A request may leave out even a required one then.
   */
  readonly inherits?: string;
  /**
   * NovaCron chooses a value where a request has none. The resource keeps it as long as the fields
   * that it follows stay the same. Such a field is `optional`.
   */
  readonly isAssigned?: true;
  /**
   * A computed list of the parts of this field that the resource lacks at the moment. Any update of
   * the resource adds them again. So a plan in which the list is not empty is an update, and plans
   * the list empty.
   */
  readonly missingFrom?: string;
  /**
   * A computed list of what the resource has at the moment and should not have: anything in it is
   * drift. Any update of the resource removes it, so plans treat it as `missingFrom`.
   */
  readonly isUnwanted?: true;
  /** Other resources are made of this object: plans name what is unknown inside of it by path. */
  readonly isTemplate?: true;
  /** The kind of resource whose id the field holds. */
  readonly references?: ResourceKind;
  readonly example: z.core.util.JSONType;
}

/** All rows of one kind, by field name. */
export type FieldTable = Readonly<Record<string, Field>>;

const live: EffectOf = () => 'live';

const FIELD_DEFAULTS = {
  owner: 'user',
  effectOf: live,
  driftClass: 'cosmetic',
  secrecy: 'plain',
  volatility: 'steady',
} as const;

type RowDefaults = keyof typeof FIELD_DEFAULTS;

/** Makes a row; by default it is user-owned, live, cosmetic and plain. */
export function field<const F extends Omit<Field, RowDefaults> & Partial<Pick<Field, RowDefaults>>>(
  row: F,
): Omit<typeof FIELD_DEFAULTS, keyof F> & F {
  return { ...FIELD_DEFAULTS, ...row };
}

/** A row that only NovaCron writes. */
export function computed<S extends z.ZodType>(
  schema: S,
  description: string,
  example: z.core.util.JSONType,
) {
  return field({ schema, description, example, presence: 'computed', owner: 'platform' });
}

type UserKeys<T extends FieldTable> = {
  [K in keyof T]: T[K]['presence'] extends 'computed' ? never : K;
}[keyof T];

type CreateShape<T extends FieldTable> = {
  [K in UserKeys<T>]: T[K] extends { presence: 'required' }
    ? T[K] extends { inherits: string }
      ? z.ZodOptional<T[K]['schema']>
      : T[K]['schema']
    : z.ZodOptional<z.ZodNullable<T[K]['schema']>>;
};

type UpdateShape<T extends FieldTable> = {
  [K in UserKeys<T>]: T[K]['presence'] extends 'required'
    ? z.ZodOptional<T[K]['schema']>
    : z.ZodOptional<z.ZodNullable<T[K]['schema']>>;
};

type PlainKeys<T extends FieldTable> = {
  [K in UserKeys<T>]: T[K]['secrecy'] extends 'plain' ? K : never;
}[UserKeys<T>];

type SpecShape<T extends FieldTable> = {
  [K in PlainKeys<T>]: T[K] extends { presence: 'required' }
    ? T[K]['schema']
    : T[K] extends { default: string | number | boolean }
      ? z.ZodPrefault<T[K]['schema']>
      : z.ZodPrefault<z.ZodNullable<T[K]['schema']>>;
};

type SecretShape<T extends FieldTable> = {
  [K in UserKeys<T> as T[K]['secrecy'] extends 'sensitive' ? K : never]: z.ZodPrefault<
    z.ZodNullable<T[K]['schema']>
  >;
};

type ComputedShape<T extends FieldTable> = {
  [K in Exclude<keyof T, UserKeys<T>>]: T[K]['schema'];
};

function userRows(table: FieldTable): [string, Field][] {
  return Object.entries(table).filter(([, row]) => row.presence !== 'computed');
}

function shapeOf<Shape>(
  rows: readonly (readonly [string, Field])[],
  toSchema: (row: Field) => z.ZodType,
  describe = describeField,
): Shape {
  const shape = Object.fromEntries(
    rows.map(([name, row]) => [name, toSchema(row).describe(describe(row))]),
  );
  // The mapped types above say the same as `toSchema`; a loop cannot be typed any closer.
  return shape as Shape;
}

/** A row's description with its unit. */
export function describeField(row: Field): string {
  return row.unit === undefined ? row.description : `${row.description} Unit: ${row.unit}.`;
}

/** The description of a row for requests: it also says where an absent value is taken from. */
export function describeInput(row: Field): string {
  if (row.inherits === undefined) return describeField(row);
  return `${describeField(row)} Default: the value of the ${row.inherits.replace(/_id$/, '')}.`;
}

/** The rows of requests: a new name is held to more than one that is stored already. */
function requestRows(table: FieldTable): [string, Field][] {
  return userRows(table).map(([name, row]) => [
    name,
    name === 'name' ? { ...row, schema: newName(row.schema) } : row,
  ]);
}

/** The fields of a create request: required ones and optional ones, which may be null. */
export function createShape<T extends FieldTable>(table: T): CreateShape<T> {
  const toSchema = (row: Field) => {
    if (row.presence !== 'required') return row.schema.nullish();
    return row.inherits === undefined ? row.schema : row.schema.optional();
  };
  return shapeOf(requestRows(table), toSchema, describeInput);
}

/** Names of the fields whose absent values are taken from something else. */
export function inheritedFields(table: FieldTable): readonly string[] {
  return Object.keys(table).filter((name) => table[name]?.inherits !== undefined);
}

/** The fields of an update request: absent keeps, null clears to the default. */
export function updateShape<T extends FieldTable>(table: T): UpdateShape<T> {
  return shapeOf(requestRows(table), (row) =>
    row.presence === 'required' ? row.schema.optional() : row.schema.nullish(),
  );
}

/** The rows of fields that people set and that are not secret. */
function plainRows(table: FieldTable): [string, Field][] {
  return userRows(table).filter(([, row]) => row.secrecy === 'plain');
}

/**
 * The desired state at rest: every field that people set but for secrets, with its default or null
 * where it is absent.
 */
export function specShape<T extends FieldTable>(table: T): SpecShape<T> {
  return shapeOf(plainRows(table), (row) => {
    if (row.presence === 'required') return row.schema;
    return row.default === undefined
      ? row.schema.nullable().prefault(null)
      : row.schema.prefault(row.default);
  });
}

type NestedShape<T extends FieldTable> = {
  [K in UserKeys<T>]: T[K] extends { presence: 'required' }
    ? T[K]['schema']
    : z.ZodPrefault<z.ZodNullable<T[K]['schema']>>;
};

/** The fields of a table inside of another's object: null where they are absent. */
export function nestedShape<T extends FieldTable>(table: T): NestedShape<T> {
  return shapeOf(userRows(table), (row) =>
    row.presence === 'required' ? row.schema : row.schema.nullable().prefault(null),
  );
}

/** Desired and computed fields together, as answers carry them. */
export function answerShape<T extends FieldTable>(
  table: T,
): SpecShape<T> & SecretShape<T> & ComputedShape<T> {
  const computedRows = Object.entries(table).filter(([, row]) => row.presence === 'computed');
  const answers: ComputedShape<T> = shapeOf(computedRows, (row) => row.schema);
  const sensitive = userRows(table).filter(([, row]) => row.secrecy === 'sensitive');
  const secrets: SecretShape<T> = shapeOf(sensitive, (row) => row.schema.nullable().prefault(null));
  return { ...specShape(table), ...secrets, ...answers };
}

/** Completes the fields of a request: defaults where the table has them, else null. No secrets. */
export function fillDefaults(
  table: FieldTable,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    plainRows(table).map(([name, row]) => [name, normalizedValue(row, given[name])]),
  );
}

/**
 * Returns the stored form of a requested value: the default for an absent one, and the sorted
 * elements of a set, so that equal sets have equal texts.
 */
export function normalizedValue(
  row: { readonly default?: unknown; readonly collection?: 'set' },
  given: unknown,
): unknown {
  const value = given ?? row.default ?? null;
  if (row.collection !== 'set' || !Array.isArray(value)) return value;
  const byText = new Map(value.map((element) => [canonicalJson(element), element]));
  return [...byText].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, each]) => each);
}
