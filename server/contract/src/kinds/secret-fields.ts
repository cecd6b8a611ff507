/** The secret fields of all kinds, which logs, the policy log and request hashes leave out. */
import type { Field, FieldTable } from '../schema/field.ts';
import { RESOURCE_DEFINITIONS } from './resource-kinds.ts';

const TABLES = Object.values(RESOURCE_DEFINITIONS).map(({ table }) => table);

/** Names of the fields of all kinds that answers mask or never carry, at any depth. */
export const SECRET_FIELDS = fieldsOfSecrecy(['sensitive', 'write-only'], TABLES);

/** Names of the fields of all kinds that no answer carries. */
export const WRITE_ONLY_FIELDS = fieldsOfSecrecy(['write-only'], TABLES);

/** The names of all fields with one of these secrecies, those inside of objects included. */
export function fieldsOfSecrecy(
  secrecies: readonly Field['secrecy'][],
  tables: readonly FieldTable[],
): ReadonlySet<string> {
  const namesIn = (table: FieldTable): string[] =>
    Object.entries(table).flatMap(([name, row]) => [
      ...(secrecies.includes(row.secrecy) ? [name] : []),
      ...(row.inside === undefined ? [] : namesIn(row.inside)),
    ]);
  return new Set(tables.flatMap(namesIn));
}
