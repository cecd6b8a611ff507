/** Changes of a single document: its resource is found by name, and compared. */
import { isOperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { TableCommand } from '../../arguments/command-table.ts';
import { listAll } from '../../client/list-all.ts';
import { callOperation, type Session } from '../../client/session.ts';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import { resolveNames } from '../../operations/resolve-names.ts';
import type { Fields } from '../../output/fields.ts';
import { compareFields, type FieldChange } from './compare-fields.ts';
import { type Manifest, type ManifestKind, manifestKinds, titleOf } from './manifest.ts';

/** Planned action for a document. */
export interface ManifestPlan {
  readonly manifest: Manifest;
  readonly action: 'create' | 'update' | 'none';
  readonly changes: readonly FieldChange[];
  readonly command: TableCommand;
  /** Fields to send. */
  readonly input: Fields;
}

/**
 * Finds the resource of a document and what differs. An update is refused by the server if the
 * resource changes before it is sent (`if_revision`).
 * Failures: names that nothing has, an ambiguous name, and problems of the server.
 * @param pending - fields that refer to resources which do not exist yet; they are left as they are
 */
export async function planManifest(
  session: Session,
  manifest: Manifest,
  pending: readonly string[] = [],
): Promise<Result<ManifestPlan, Failure>> {
  const kind = manifestKinds().get(manifest.noun);
  if (kind === undefined) throw new Error(`no kind ${manifest.noun}`);
  const { create, update } = kind;
  const current = await readCurrent(session, kind, manifest.name);
  if (!current.ok) return current;
  const known = Object.fromEntries(
    Object.entries(manifest.fields).filter(([field]) => !pending.includes(field)),
  );
  const resolved = await resolveNames(session, withoutArgument(create ?? update), known);
  if (!resolved.ok) return resolved;
  const fields = { ...manifest.fields, ...resolved.value };
  const changes = compareFields(fields, current.value);
  if (current.value === undefined && create !== undefined) {
    const input = { name: manifest.name, ...withoutNulls(fields) };
    return ok({ manifest, action: 'create', changes, command: create, input });
  }
  const { id, revision } = current.value ?? {};
  const changed = Object.fromEntries(
    changes.flatMap(({ field, after }) => [[field, after], ...writeOnlyOf(field, fields)]),
  );
  const isGuarded = update.flags.some(({ field }) => field === 'if_revision');
  const guard = isGuarded && typeof revision === 'number' ? { if_revision: revision } : {};
  return ok({
    manifest,
    action: changes.length === 0 ? 'none' : 'update',
    changes,
    command: update,
    input: { ...(id === undefined ? {} : { id }), ...changed, ...guard },
  });
}

/**
 * The write-only value that a changed version belongs to: answers do not contain it, so that only
 * the version says that it is another one (`password_wo_version: 2`), as in Terraform.
 */
function writeOnlyOf(field: string, fields: Fields): readonly (readonly [string, unknown])[] {
  const name = /^(.*_wo)_version$/.exec(field)?.[1];
  return name !== undefined && Object.hasOwn(fields, name) ? [[name, fields[name]]] : [];
}

function withoutArgument(command: TableCommand): TableCommand {
  return { ...command, argument: undefined };
}

/** A create leaves out what has no value: not every optional field of it may be null. */
function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

async function readCurrent(
  session: Session,
  { noun, create }: ManifestKind,
  name: string,
): Promise<Result<Fields | undefined, Failure>> {
  const [list, get] = [`${noun}.list`, `${noun}.get`];
  if (!isOperationName(get)) return ok(undefined);
  if (create === undefined) return callOperation(session, get, {});
  if (!isOperationName(list)) return ok(undefined);
  const hasFilter = Object.hasOwn(operationRow(list).input.shape, 'name');
  const items = await listAll(session, { operation: list, input: hasFilter ? { name } : {} });
  if (!items.ok) return items;
  const found = items.value.filter((item) => item.name === name);
  const [first] = found;
  if (found.length > 1) {
    const ids = found.map(({ id }) => id);
    return err(
      problemFailure(
        problem('reference-unknown', {
          detail: `${titleOf({ noun, name })} is ambiguous: ${ids.join(', ')}.`,
          remedy: 'Rename one of these resources.',
        }),
      ),
    );
  }
  return first === undefined ? ok(undefined) : callOperation(session, get, { id: first.id });
}
