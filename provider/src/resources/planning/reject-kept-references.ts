/**
 * Rejects a plan that deletes a resource which another resource of the plan goes on using, for
 * example through an id in the configuration or `ignore_changes`. The server refuses that deletion,
 * but only in the apply, when other resources have been destroyed already.
 */
import type { Field, FieldTable } from '@novacron/contract/schema/field';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { isRecord } from '../../cty/is-record.ts';
import type { Values } from '../../fields/field-values.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { Session } from '../../rpc/session.ts';

/** The kinds of resources that cannot be deleted while another one refers to them. */
const KINDS_IN_USE: readonly (ResourceKind | undefined)[] = [
  'network',
  'template',
  'security_group',
];

interface Context {
  readonly client: Session;
  readonly diagnostics: Diagnostics;
}

/** Records the references of a resource that stays, and reports those to resources that do not. */
export function recordKeptReferences(
  { client, diagnostics }: Context,
  user: { readonly table: FieldTable; readonly plan: Values; readonly label: string },
): void {
  const { table, plan, label } = user;
  for (const [name, field] of Object.entries(table)) {
    for (const id of referencesOf(field, plan[name])) {
      client.references.set(id, label);
      const used = client.ending.get(id);
      if (used !== undefined) report(diagnostics, { user: label, used, path: [name] });
    }
  }
}

/** Records that the plan deletes or replaces a resource, and reports it if another one uses it. */
export function recordEnd(
  { client, diagnostics }: Context,
  { id, label }: { readonly id: string; readonly label: string },
): void {
  client.ending.set(id, label);
  const user = client.references.get(id);
  if (user !== undefined) report(diagnostics, { user, used: label });
  const leaving = client.released.get(id);
  if (leaving !== undefined && !client.replacing.has(id)) {
    warnOrder(diagnostics, { user: leaving, used: label });
  }
}

/**
 * Records what a changed resource stops using, and warns where the plan deletes that: without
 * create_before_destroy, of which Terraform does not tell providers, it deletes before it updates.
 */
export function recordReleases(
  { client, diagnostics }: Context,
  user: {
    readonly table: FieldTable;
    readonly prior: Values;
    readonly plan: Values;
    readonly label: string;
  },
): void {
  const { table, prior, plan, label } = user;
  const usedIn = (values: Values) =>
    Object.entries(table).flatMap(([name, field]) => referencesOf(field, values[name]));
  const kept = new Set(usedIn(plan));
  for (const id of new Set(usedIn(prior))) {
    if (kept.has(id)) continue;
    client.released.set(id, label);
    const used = client.ending.get(id);
    if (used !== undefined && !client.replacing.has(id)) {
      warnOrder(diagnostics, { user: label, used });
    }
  }
}

function warnOrder(
  diagnostics: Diagnostics,
  { user, used }: { readonly user: string; readonly used: string },
): void {
  diagnostics.warning({
    summary: `Deleted while it is in use: delete ${used}`,
    detail:
      `${user} stops using it in this plan, but Terraform deletes first, which is refused as ` +
      `long as it is in use. Apply the change of ${user} first, with \`-target\` and its ` +
      'address, then plan again. With `create_before_destroy` in the `lifecycle` of what is ' +
      'deleted, applied before, there is nothing to do.',
  });
}

/** The known ids in a field, or inside of it, that refer to such resources. */
function referencesOf({ references, inside = {} }: Field, value: unknown): readonly string[] {
  if (KINDS_IN_USE.includes(references)) {
    const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
    return ids.filter((id) => typeof id === 'string');
  }
  if (!isRecord(value)) return [];
  return Object.entries(inside).flatMap(([name, field]) => referencesOf(field, value[name]));
}

function report(
  diagnostics: Diagnostics,
  found: { readonly user: string; readonly used: string; readonly path?: readonly string[] },
): void {
  const { user, used, path } = found;
  diagnostics.error({
    summary: `In use: delete ${used}`,
    detail:
      `The plan deletes or replaces ${used}, but ${user} goes on using it, so that the deletion ` +
      'would fail after others have been made. Refer to it as TYPE.NAME.id instead of its ' +
      'literal id, remove that attribute from ignore_changes, or keep it.',
    ...(path === undefined ? {} : { path }),
  });
}
