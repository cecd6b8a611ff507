/**
 * Two resources of one run that say the same, name and all. The server would answer both creates
 * with one thing, for they have the same idempotency key; the end of either would be the end of
 * both. Nobody else can tell them apart: Terraform says the address of neither. So it is with
 * one thing that is imported to two addresses.
 */
import type { ResourceKind } from '@novacron/contract/field';
import type { Values } from '../../fields/field-values.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { PlanChange } from '../../framework/resource.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import type { Session } from '../../rpc/session.ts';

const REMEDY =
  'Names are unique within a tenant: give each resource its own, such as ' +
  `name = "web-\${count.index}" with count, or "web-\${each.key}" with for_each. ` +
  'Where only one is meant, remove the other.';

interface Context {
  readonly client: Session;
  readonly diagnostics: Diagnostics;
}

/** A change as the plan has it. */
interface Planned {
  readonly type: string;
  readonly label: string;
  readonly change: PlanChange<Schema>;
  /** The write that the plan would send; the end of the old one, for a replacement. */
  readonly operation: string;
}

/**
 * Reports a create that the plan has already under the same name. What ends leaves its name to the
 * next one.
 * @returns whether the plan may go on
 */
export function rejectDuplicateCreate({ client, diagnostics }: Context, planned: Planned): boolean {
  const { type, label, change, operation } = planned;
  const { name }: Values = change.kind === 'create' ? change.plan : change.prior;
  const claim = `${type} ${name}`;
  if (change.kind !== 'create') {
    if (operation.endsWith('.delete')) client.creating.delete(claim);
    return true;
  }
  if (typeof name !== 'string') return true;
  if (!client.creating.has(claim)) {
    client.creating.add(claim);
    return true;
  }
  diagnostics.error({
    summary: `The name is used twice: create ${label}`,
    detail: `The plan creates another ${type} of this name.\n\n${REMEDY}`,
    path: ['name'],
  });
  return false;
}

/** A create that is about to be sent. */
interface Create {
  readonly key: string;
  readonly kind: ResourceKind;
  readonly doing: string;
}

/**
 * Begins a create, unless this run has sent the same one before and what that made is there.
 * @returns whether the create may be sent; if not, that is reported
 */
export async function beginCreate(
  { client: session, diagnostics, signal }: Context & { readonly signal: AbortSignal },
  { key, kind, doing }: Create,
): Promise<boolean> {
  const made = session.sent.get(key);
  const found = made ? await session.find(kind, made, signal) : undefined;
  if (made === undefined || (found?.ok === true && found.value === undefined)) {
    session.sent.set(key, '');
    return true;
  }
  diagnostics.error({
    summary: `It is created twice: ${doing}`,
    detail: `This run creates it for another resource that says the very same.\n\n${REMEDY}`,
  });
  return false;
}

const CONSEQUENCE =
  'Both addresses would hold one thing, and a destroy of either would be the end of both.';

/**
 * Reports the import of what this run imports already, or has in its state: two addresses would
 * hold it.
 * @returns whether the import may go on
 */
export function rejectDuplicateImport(
  { client, diagnostics }: Context,
  { id, type, text }: { readonly id: string; readonly type: string; readonly text: string },
): boolean {
  const doing = `import ${type} ${JSON.stringify(text)}`;
  if (client.held.has(id)) return reportManaged(diagnostics, { id, doing });
  if (!client.imported.has(id)) {
    client.imported.add(id);
    return true;
  }
  diagnostics.error({
    summary: `It is imported twice: ${doing}`,
    detail:
      `This run imports ${id} to another address already, by its id or by its name. ` +
      `${CONSEQUENCE}\n\nKeep one of the two import blocks, and the resource that it goes to. ` +
      'Where the address is to change, write a `moved` block.',
  });
  return false;
}

/**
 * Takes note of what the state holds, and reports what this run imports to another address as well:
 * nobody knows which of both comes first.
 * @returns whether the read may go on
 */
export function rejectImportOfManaged(
  { client, diagnostics }: Context,
  { id, doing }: { readonly id: string; readonly doing: string },
): boolean {
  client.held.add(id);
  return !client.imported.has(id) || reportManaged(diagnostics, { id, doing });
}

function reportManaged(
  diagnostics: Diagnostics,
  { id, doing }: { readonly id: string; readonly doing: string },
): false {
  diagnostics.error({
    summary: `The state has it at another address: ${doing}`,
    detail:
      `This run imports ${id}, which the state holds already. ${CONSEQUENCE}\n\n` +
      'Remove the `import` block. Where the address is to change, write a `moved` block instead, ' +
      'or a `removed` block with `destroy = false` for the old address.',
  });
  return false;
}

/** Takes note of the end of a resource: its create may be sent anew. */
export function forgetCreate({ sent }: Session, id: string): void {
  for (const [key, made] of sent) if (made === id) sent.delete(key);
}
