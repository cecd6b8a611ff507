/**
 * Rejects two resources of one run that are identical, including the name. Both creates have the
 * same idempotency key, so the server would return the same object for both, and deleting one would
 * delete the other. Only the provider can detect this: Terraform sends no addresses. The same holds
 * for an object that is imported to two addresses.
 */
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { Values } from '../../fields/field-values.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { PlanChange } from '../../framework/resource.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import type { ReadKind, Session } from '../../rpc/session.ts';

const REMEDY =
  'Names and paths are unique within a tenant. Give each resource its own name, such as ' +
  `name = "web-\${count.index}" with count, or "web-\${each.key}" with for_each. ` +
  'If only one is intended, remove the other.';

const VM_TYPE = RESOURCE_DEFINITIONS.vm.type;

const GROUP_TYPE = RESOURCE_DEFINITIONS.vm_group.type;

interface Context {
  readonly client: Session;
  readonly diagnostics: Diagnostics;
}

/** A planned change. */
interface Planned {
  readonly type: string;
  readonly label: string;
  readonly change: PlanChange<Schema>;
  /** The write that the apply would send; for a replacement the delete of the old resource. */
  readonly operation: string;
}

/**
 * Reports a create whose name another create of the plan uses already, or a member of a VM group
 * that the plan creates or renames. A delete frees its names.
 * @returns whether the plan may continue
 */
export function rejectDuplicateCreate({ client, diagnostics }: Context, planned: Planned): boolean {
  const { type, label, change, operation } = planned;
  if (operation.endsWith('.delete')) {
    // A delete, or the first half of a replacement.
    if (change.kind !== 'create') freeNames(client, { label, names: namesOf(type, change.prior) });
    return true;
  }
  if (change.kind === 'delete') return true;
  const before = change.kind === 'create' ? [] : namesOf(type, change.prior);
  const claims = namesOf(type, change.plan).filter((claim) => !before.includes(claim));
  const taken = claims.find((claim) => client.creating.has(claim));
  if (taken === undefined) {
    for (const claim of claims) client.creating.set(claim, label);
    return true;
  }
  const holder = client.creating.get(taken);
  const name = taken.slice(taken.indexOf(' ') + 1);
  const nameField = 'name' in change.plan ? 'name' : 'path';
  const isOwn = name === change.plan[nameField] && holder === label;
  diagnostics.error({
    summary: `Duplicate ${nameField}: ${operation.split('.')[1]} ${label}`,
    detail: isOwn
      ? `The plan creates another ${type} with this ${nameField}.\n\n${REMEDY}`
      : `The plan gives the name ${JSON.stringify(name)} to ${holder}, too.\n\n${MEMBER_REMEDY}`,
    path: [nameField],
  });
  return false;
}

const MEMBER_REMEDY =
  'Names are unique within a tenant, and the members of a VM group are named NAME-1, NAME-2 and ' +
  'so on. Choose another name for one of the two.';

/** Returns the names that a plan assigns, by type and name: the resource's and its members'. */
function namesOf(
  type: string,
  { name: own, path, min_size: min, desired_size: size }: Values,
): string[] {
  const name = own ?? path;
  if (typeof name !== 'string') return [];
  if (type !== GROUP_TYPE) return [`${type} ${name}`];
  const count = [size, min].find((each) => typeof each === 'number') ?? 0;
  const members = Array.from({ length: Number(count) }, (_, at) => `${VM_TYPE} ${name}-${at + 1}`);
  return [`${type} ${name}`, ...members];
}

function freeNames(
  { creating }: Session,
  { label, names }: { readonly label: string; readonly names: readonly string[] },
): void {
  for (const name of names) if (creating.get(name) === label) creating.delete(name);
}

/**
 * Records that a VM keeps its name in this plan, and reports it if a member of a VM group that was
 * planned before needs that name.
 */
export function recordKeptName(
  { client, diagnostics }: Context,
  { id, label }: { readonly id: string; readonly label: string },
): void {
  client.keepingName.add(id);
  const group = client.neededNames.get(id);
  if (group === undefined) return;
  diagnostics.error({
    summary: `Duplicate name: ${label}`,
    detail: `A member of ${group} gets this name in the same plan.\n\n${MEMBER_REMEDY}`,
    path: ['name'],
  });
}

/** A create that is about to be sent. */
interface Create {
  readonly key: string;
  readonly kind: ReadKind;
  readonly doing: string;
}

/**
 * Registers a create, unless this run has sent the same one before and its resource still exists.
 * @returns whether the create may be sent; if not, an error has been reported
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
    summary: `Duplicate create: ${doing}`,
    detail: `This run creates it for another resource with identical arguments.\n\n${REMEDY}`,
  });
  return false;
}

const CONSEQUENCE =
  'Both addresses would manage the same object, and destroying either would destroy it for both.';

/**
 * Reports the import of an object that this run imports already or has in its state: two addresses
 * would manage it.
 * @returns whether the import may continue
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
    summary: `Duplicate import: ${doing}`,
    detail:
      `This run already imports ${id} to another address, by its id or by its name. ` +
      `${CONSEQUENCE}\n\nKeep one of the two import blocks and its resource. ` +
      'To change the address, use a `moved` block.',
  });
  return false;
}

/**
 * Records an object of the state, and reports it if this run also imports it to another address:
 * either may be processed first.
 * @returns whether the read may continue
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
    summary: `Already managed at another address: ${doing}`,
    detail:
      `This run imports ${id}, which the state already contains. ${CONSEQUENCE}\n\n` +
      'Remove the `import` block. To change the address, use a `moved` block instead, ' +
      'or a `removed` block with `destroy = false` for the old address.',
  });
  return false;
}

/** Forgets the create of a deleted resource, so that it can be sent again. */
export function forgetCreate({ sent }: Session, id: string): void {
  for (const [key, made] of sent) if (made === id) sent.delete(key);
}
