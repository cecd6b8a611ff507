/** Explains to Terraform why a unique value is taken, and what to do about it. */

import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { Problem } from '@novacron/contract/problem/problem';
import { wordsOf } from '@novacron/contract/schema/kind-in-words';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { isTaken, isUnconfirmed } from '../../rows/resource-problems.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findTakenValues, type TakenValue } from './find-taken-values.ts';
import { isAddress, type ValueHolder } from './unique-values.ts';
import type { ValueWrite } from './value-changes.ts';

/**
 * Adds to problems about taken values what is known of their holders. The remedy fits the case: an
 * object that Terraform manages already must not be imported again.
 * @returns the problems, with `data.holder`: `leaving` where a plan makes the holder give the value
 *   up, `own` where the deployment of the caller has applied it, or `other`; with `data.given_up`
 *   where the write gets the value when it is sent, and `data.group_id` where the holder is a
 *   member of a VM group
 */
export async function explainTakenValues(
  deps: CapabilityDeps,
  context: CallContext,
  write: ValueWrite,
  problems: readonly Problem[],
): Promise<readonly Problem[]> {
  if (context.client !== 'terraform' || !problems.some(isTaken)) return problems;
  const { taken, taking } = await findTakenValues(deps, context, write);
  return Promise.all(
    problems.map(async (found) => {
      const holderId = found.data?.resource_id;
      // The server has named the run that created it.
      if (!isTaken(found) || isUnconfirmed(found)) return found;
      const of = taken.filter(({ holder }) => holder.row.id === holderId);
      const [value] = of;
      if (value === undefined) return found;
      const isGivenUp = of.every(({ isPlanned }) => isPlanned);
      const groupId = await readGroupId(deps, value.holder);
      const applied = await readDeployment(deps, groupId ?? value.holder.row.id);
      const isOwn = applied === context.deployment;
      const isCreate = write.operation.endsWith('.create');
      const hasIntent = isCreate || taking !== undefined;
      const remedy = remedyOf(value, { applied, isOwn, groupId, hasIntent });
      const data = {
        ...found.data,
        holder: value.leaving !== undefined ? 'leaving' : isOwn ? 'own' : 'other',
        ...(isGivenUp ? { given_up: true } : {}),
        ...(groupId === undefined ? {} : { group_id: groupId }),
      };
      return { ...found, data, ...(remedy === undefined ? {} : { remedy }) };
    }),
  );
}

/** Advises on a taken value; undefined if Terraform does not know the holder. */
function remedyOf(
  { value, holder, leaving }: TakenValue,
  known: {
    /** The deployment that has applied the holder. */
    readonly applied: string | undefined;
    readonly isOwn: boolean;
    readonly groupId: string | undefined;
    readonly hasIntent: boolean;
  },
): string | undefined {
  const { row } = holder;
  const { applied, groupId, isOwn, hasIntent } = known;
  const who = `the ${wordsOf(holder.kind)} ${row.name} (${row.id})`;
  if (leaving?.row.operation.endsWith('.delete') === true) {
    return (
      `A plan of this deployment deletes ${who}: apply again after that. If this resource ` +
      'replaces it with create_before_destroy, use another name or remove create_before_destroy.'
    );
  }
  const what = isAddress(value) ? 'address' : 'name';
  if (leaving !== undefined) {
    return `A plan of this deployment gives ${who} another ${what}: apply again after that.`;
  }
  if (!isOwn) {
    if (groupId !== undefined)
      return `Choose another name: ${who} is a member of the VM group ${groupId}.`;
    if (applied === undefined) return undefined;
    const held = `the deployment ${applied} has applied ${who}`;
    return `Choose another ${what}: ${held}${importOf(holder)}`;
  }
  const unplanned =
    'The plan has not recorded that: it was made without a refresh (-refresh=false), before the ' +
    `${what} was known, or more than 30 days ago. `;
  const imported =
    groupId === undefined ? importOf(holder) : `: it is a member of the VM group ${groupId}.`;
  return (
    `This deployment has applied ${who}. If this configuration also gives it another ${what}, or ` +
    `deletes it, apply again. ${hasIntent ? '' : unplanned}Otherwise choose another ${what}` +
    imported
  );
}

/** Two states that own one object delete it for each other. */
function importOf(holder: ValueHolder): string {
  const { id } = holder.row;
  return (
    '. Import it only if no Terraform state contains it, of any workspace or directory: check ' +
    `each with \`terraform state list -id=${id}\`, and run ` +
    `\`terraform import ${terraformTypeOf(holder)}.NAME ${id}\`.`
  );
}

function terraformTypeOf({ kind }: ValueHolder): string {
  return kind === 'tenant' ? 'novacron_tenant' : RESOURCE_DEFINITIONS[kind].type;
}

async function readGroupId(
  { store }: CapabilityDeps,
  { kind, row }: ValueHolder,
): Promise<string | undefined> {
  if (kind !== 'vm') return undefined;
  const [member] = await store.read({ from: 'vm_group_members', where: { id: row.id } });
  return member?.group_id;
}

/** The deployment whose apply has left a baseline of an object. */
async function readDeployment({ store }: CapabilityDeps, id: string): Promise<string | undefined> {
  const [row] = await store.read({ from: 'baselines', where: { id }, damaged: 'blank' });
  return row?.deployment;
}
