/** Finds the objects that the task of a step names, as commands do: where it may have an id. */
import { isRecord, type Json, type JsonObject } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import {
  type NamedKind,
  type NamedObject,
  replaceNames,
} from '@novacron/contract/operations-table/name-fields';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { RESOURCE_TABLES } from '../../../rows/resource-tables.ts';

/**
 * Replaces names in the input of a task by ids.
 * @param given - what the step gives, with values of the run
 * @returns the input. Problems: a name that nothing has, or several objects, in words about it
 */
export async function withIds(
  { store }: Pick<CapabilityDeps, 'store'>,
  { task, tenantId, given }: NamesOf,
): Promise<Result<Json, string>> {
  if (!isRecord(given)) return ok(given);
  const names = new Map<string, NamedObject>();
  const input: JsonObject = JSON.parse(JSON.stringify(given));
  replaceAll(task, input, (named) => {
    names.set(keyOf(named), named);
    return undefined;
  });
  const ids = new Map<string, string>();
  for (const [key, { kind, name }] of names) {
    const rows =
      kind === 'node'
        ? await store.read({ from: 'nodes', where: { name }, damaged: 'blank' })
        : await store.read({
            from: RESOURCE_TABLES[kind],
            where: { tenant_id: tenantId, name },
            damaged: 'blank',
          });
    const [row, other] = rows;
    if (row === undefined) return err(`there is no ${wordsOf(kind)} ${name}`);
    if (other !== undefined) return err(`${name} names several ${wordsOf(kind)}s: give the id`);
    ids.set(key, row.id);
  }
  return ok(replaceAll(task, input, (named) => ids.get(keyOf(named))));
}

interface NamesOf {
  readonly task: OperationName;
  readonly tenantId: string;
  readonly given: Json;
}

function replaceAll(
  task: OperationName,
  input: JsonObject,
  idOf: (named: NamedObject) => string | undefined,
): JsonObject {
  const shape: Readonly<Record<string, Parameters<typeof replaceNames>[0]>> =
    operationRow(task).input.shape;
  const fields = Object.entries(input).map(([field, value]): [string, Json] => {
    const schema = shape[field];
    return [field, schema === undefined ? value : replaceNames(schema, value, idOf)];
  });
  return Object.fromEntries(fields);
}

function keyOf({ kind, name }: NamedObject): string {
  return `${kind}/${name}`;
}

function wordsOf(kind: NamedKind): string {
  return kind === 'node' ? kind : RESOURCE_DEFINITIONS[kind].noun.words;
}
