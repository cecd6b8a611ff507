/** Values that are sent and never shown: what stands in their place in commands and in HCL. */
import type { FieldMeta } from '../metadata/shapes.ts';

/** Stands for a value that no text may contain. */
export class WriteOnlyValue {
  /** The field: `password_wo`. */
  readonly field: string;

  constructor(field: string) {
    this.field = field;
  }
}

/** The same fields, with the write-only ones replaced. */
export function maskWriteOnly(
  fields: readonly FieldMeta[],
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const masked = fields
    .filter(({ name, secret }) => secret === 'write-only' && typeof values[name] === 'string')
    .map(({ name }) => [name, new WriteOnlyValue(name)]);
  return Object.assign({}, values, Object.fromEntries(masked));
}

/**
 * The fields of a resource as Terraform has to be given them, so that a plan of them is empty. No
 * answer contains write-only values; each is there where its version is.
 */
export function fieldsToExport(
  fields: readonly FieldMeta[],
  item: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const set = fields.flatMap(({ name, secret, versionedBy, default: usual }) => {
    const value = item[name];
    if (secret === 'write-only') {
      const isSet = versionedBy !== undefined && !isEmpty(item[versionedBy]);
      return isSet ? [[name, new WriteOnlyValue(name)]] : [];
    }
    return value === usual || isEmpty(value) ? [] : [[name, value]];
  });
  return Object.fromEntries(set);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
