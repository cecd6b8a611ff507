/** Problems that all kinds of resources share. */
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { FieldTable } from '@novacron/contract/schema/field';
import { oneOf, pluralOf, wordsOf } from '@novacron/contract/schema/kind-in-words';
import { commandWord } from '@novacron/contract/schema/resource-definition';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { PolicyRow, ResourceRow } from '../../ports/tables/tables.ts';
import { desiredRevisionOf } from './answer-resource.ts';

/** None or one, to be spread into a list. */
export function toProblemList(found: Problem | undefined): readonly Problem[] {
  return found === undefined ? [] : [found];
}

/** Deletion protection is on. */
export function deletionProtected(kind: ResourceKind, name: string): Problem {
  const { noun } = RESOURCE_DEFINITIONS[kind];
  return problem('deletion-protected', {
    detail:
      `The ${wordsOf(kind)} ${name} is protected from deletion: ` +
      'its deletion_protection is true.',
    remedy:
      'Set deletion_protection to false and apply that first ' +
      `(novacron ${commandWord(kind, noun)} update ${name} --no-deletion-protection); ` +
      'then delete it.',
    fields: [{ path: ['deletion_protection'], message: 'refuses the deletion' }],
  });
}

/** No such resource in the caller's tenant; the same for another tenant's id. */
export function notFound(kind: string, id: string): Problem {
  return problem('not-found', {
    detail: `No ${wordsOf(kind)} found with the id ${id}.`,
    remedy: `List the ${pluralOf(kind)}: it may have been deleted.`,
    fields: [{ path: ['id'], message: `no ${wordsOf(kind)} has this id` }],
  });
}

/** Whether a write is refused because another object has the name or the address that it takes. */
export function isTaken({ code }: Problem): boolean {
  return code === 'name-taken' || code === 'address-taken';
}

/** Whether the object that has it was created by another run, from the same request. */
export function isUnconfirmed({ data }: Problem): boolean {
  return data?.unconfirmed !== undefined;
}

/** Whether what is taken may become free before the write: no other run has made its holder. */
export function isTakenByOther(found: Problem): boolean {
  return isTaken(found) && !isUnconfirmed(found);
}

/** The name belongs to another resource of the kind. */
export function nameTaken(kind: ResourceKind, name: string, holderId: string): Problem {
  const { type } = RESOURCE_DEFINITIONS[kind];
  return problem('name-taken', {
    detail: `${oneOf(kind)} named ${JSON.stringify(name)} exists already: ${holderId}.`,
    remedy:
      'Choose another name, or import the existing one: ' +
      `terraform import ${type}.NAME ${holderId}`,
    fields: [{ path: ['name'], message: `is the name of ${holderId}` }],
    data: { resource_id: holderId },
  });
}

/** The name belongs to another policy, in Rego or of orchestration. */
export function policyNameTaken({ id, name, steers }: PolicyRow): Problem {
  if (steers === null) return nameTaken('policy', name, id);
  return problem('name-taken', {
    detail: `An orchestration policy named ${JSON.stringify(name)} exists already: ${id}.`,
    remedy: 'Choose another name, or change or delete that policy: policies share their names.',
    fields: [{ path: ['name'], message: `is the name of ${id}` }],
    data: { resource_id: id },
  });
}

/** A field refers to something that does not exist in the tenant. */
export function referenceUnknown(field: string, kind: string, id: string): Problem {
  return problem('reference-unknown', {
    detail: `${field} refers to the ${wordsOf(kind)} ${id}, which does not exist.`,
    remedy: `Create the ${wordsOf(kind)} first, or refer to one that exists.`,
    fields: [{ path: [field], message: `there is no ${wordsOf(kind)} ${id}` }],
  });
}

/** Another operation has locked the resource. */
export function busy(kind: string, row: ResourceRow): Problem {
  return problem('conflict', {
    detail: `The ${wordsOf(kind)} ${row.name} is being changed by ${row.busy_operation_id}.`,
    remedy:
      `Wait for it (novacron operation wait ${row.busy_operation_id}) ` +
      'and send the request again.',
    data: { operation_id: row.busy_operation_id },
  });
}

/**
 * The caller's revision is not the current one.
 * @param kind - of a resource, or what an object without a kind is called
 */
export function revisionMismatch(
  kind: string,
  row: Pick<ResourceRow, 'name' | 'revision'>,
  expected: number,
): Problem {
  return problem('revision-mismatch', {
    detail: `The ${wordsOf(kind)} ${row.name} is at revision ${row.revision}, not ${expected}.`,
    remedy: 'Read it again, review what changed and repeat the change on top of that.',
    data: { revision: row.revision },
  });
}

/** The desired fields are not those that the caller has read. */
export function desiredRevisionMismatch(kind: string, row: ResourceRow): Problem {
  return problem('revision-mismatch', {
    detail: `The configuration of the ${wordsOf(kind)} ${row.name} has changed since it was read.`,
    remedy: 'Read it again, review what changed and repeat the change on top of that.',
    data: { revision: row.revision, desired_revision: desiredRevisionOf(row) },
  });
}

/** A stuck operation cannot be retried: its resource has changed since. */
export function changedSince(kind: string, name: string): Problem {
  return problem('revision-mismatch', {
    detail: `The ${wordsOf(kind)} ${name} was changed or deleted since the operation got stuck.`,
    remedy: `Leave the operation as it is, check the ${kind} and request the desired change again.`,
  });
}

/** Changes that an update cannot make: they need a new resource. */
export function replacementNeeded(
  kind: string,
  name: string,
  fields: readonly { readonly name: string; readonly effect: string }[],
): Problem {
  const names = fields.map((field) => field.name).join(', ');
  const words = wordsOf(kind);
  return problem('validation-failed', {
    detail: `The ${words} ${name} cannot change ${names} in place: that needs a new ${words}.`,
    remedy: `Keep the value, or create a new ${words} and delete this one.`,
    fields: fields.map((field) => ({
      path: [field.name],
      message:
        field.effect === 'data-loss'
          ? 'a change destroys data, so it needs a new one'
          : 'cannot be changed in place',
    })),
  });
}

/** The machine was deleted on its node: there is nothing to change. */
export function machineGone({ id, name }: ResourceRow): Problem {
  return problem('conflict', {
    detail: `The machine of the VM ${name} is missing from its node.`,
    remedy:
      `Start it (novacron vm start ${name}): its node makes it again around the root disk that ` +
      'it has kept. If the disk is lost as well, replace the VM: terraform apply ' +
      `-replace=${RESOURCE_DEFINITIONS.vm.type}.${name} (its address in the configuration); or ` +
      `delete it and create it again (novacron vm delete ${name}).`,
    data: { resource_id: id },
  });
}

/** The fields whose change has an effect that an update in place cannot have. */
export function fieldsToReplace(
  table: FieldTable,
  changes: Readonly<Record<string, { readonly was: unknown; readonly is: unknown }>>,
): { readonly name: string; readonly effect: string }[] {
  const none = { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no' } as const;
  return Object.entries(changes)
    .map(([name, { was, is }]) => ({
      name,
      effect: table[name]?.effectOf(was, is, none) ?? 'live',
    }))
    .filter(({ effect }) => effect === 'replace' || effect === 'data-loss');
}

/** The problem of a failed optimistic lock: the write is read and planned again. */
export function replan(what: string): Problem {
  return problem('conflict', {
    detail: `${what} was changed by another request at the same time.`,
    remedy: 'Send the request again.',
    data: { replan: true },
  });
}
