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
      const isOwn = await isOfDeployment(deps, context, groupId ?? value.holder.row.id);
      const isCreate = write.operation.endsWith('.create');
      const hasIntent = isCreate || taking !== undefined;
      const remedy = remedyOf(value, { isOwn, groupId, hasIntent });
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
    readonly isOwn: boolean;
    readonly groupId: string | undefined;
    readonly hasIntent: boolean;
  },
): string | undefined {
  const { row } = holder;
  const { groupId, isOwn, hasIntent } = known;
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
    if (groupId === undefined) return undefined;
    return `Choose another name: ${who} is a member of the VM group ${groupId}.`;
  }
  const unplanned =
    'The plan has not recorded that: it was made without a refresh (-refresh=false), before the ' +
    `${what} was known, or more than 30 days ago. `;
  const imported =
    groupId === undefined
      ? `. Import it only if \`terraform state list -id=${row.id}\` shows nothing: ` +
        `terraform import ${terraformTypeOf(holder)}.NAME ${row.id}`
      : `: it is a member of the VM group ${groupId}.`;
  return (
    `This deployment has applied ${who}. If this configuration also gives it another ${what}, or ` +
    `deletes it, apply again. ${hasIntent ? '' : unplanned}Otherwise choose another ${what}` +
    imported
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

/** Whether the deployment of the caller has applied an object. */
async function isOfDeployment(
  { store }: CapabilityDeps,
  { deployment }: CallContext,
  id: string,
): Promise<boolean> {
  const [row] = await store.read({ from: 'baselines', where: { id }, damaged: 'blank' });
  return row?.deployment === deployment;
}
