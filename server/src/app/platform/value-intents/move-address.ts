/** Moves a VM to a free address, so that another VM of its plan can have the current one. */

import type { VmId } from '@novacron/contract/ids';
import { canonicalJson } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { concatSagas } from '../../kernel/operations/saga.ts';
import { admitWrite } from '../../kernel/write/admit-write.ts';
import { extendPlan } from '../../kernel/write/checked-write.ts';
import { planAddress } from '../../resources/network/plan-address.ts';
import type { Check } from '../../resources/scope.ts';
import { desiredRevisionOf } from '../../rows/answer-resource.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { CapabilityDeps } from '../deps.ts';
import type { TakenValue } from './find-taken-values.ts';
import { readIntents, type ValueIntent } from './store-intents.ts';
import { addressIdOf, networkPrefix, revisionOf } from './unique-values.ts';

/**
 * Admits an update of the holder: it runs like any other one, so that no two machines have one
 * address at any time. If it fails, the intent of the holder ends with it.
 * @returns the operation, to be started; `address-taken` where the network has no other address; a
 *   conflict to plan again where the holder was changed meanwhile
 */
export async function moveToFreeAddress(
  deps: CapabilityDeps,
  context: CallContext,
  { value, holder, leaving }: TakenValue,
): Promise<Result<Tables['operations'], Problem>> {
  if (leaving === undefined) return err(replan('The intent'));
  const [networkId = '', address = ''] = addressIdOf(value).split('/');
  const prepare: Check<ParsedInputOf<'vm.update'>> = async (input, scope) => {
    const free = await chooseFree(deps, { networkId, leaving, name: holder.row.name });
    if (!free.ok) return err([noFreeAddress(free.error, { address, holder: holder.row.name })]);
    const checked = await deps.writes['vm.update']({ ...input, ip_address: free.value }, scope);
    return extendPlan(checked, (write) => {
      const desired_revision = desiredRevisionOf({
        desired_json: canonicalJson(write.wanted ?? {}),
      });
      const row = { ...leaving.row, desired_revision };
      const intent: Change = { kind: 'put', into: 'value_intents', row };
      return { ...write, saga: concatSagas(write.saga, { reserve: [intent] }) };
    });
  };
  const input = {
    // The id of a row of `vms`.
    id: holder.row.id as VmId,
    // Its own change may have ended since the holder was read: then it has given the address up.
    if_desired_revision: revisionOf(holder),
  };
  const admitted = await admitWrite('vm.update', input, prepare, deps, context);
  if (admitted.ok) return ok(admitted.value.operation);
  const isChanged = admitted.error.code === 'revision-mismatch';
  return isChanged ? err(replan(`The VM ${holder.row.name}`)) : admitted;
}

/** An address that no VM has, and that no other write of the plan takes. */
async function chooseFree(
  deps: CapabilityDeps,
  of: { readonly networkId: string; readonly leaving: ValueIntent; readonly name: string },
): Promise<Result<string, Problem>> {
  const { networkId, leaving, name } = of;
  const { tenant_id, session } = leaving.row;
  const intents = await readIntents(deps, tenant_id, { session });
  const prefix = networkPrefix(networkId);
  const promised = [...intents.values()].flatMap(({ takes }) =>
    takes.filter((each) => each.startsWith(prefix)).map(addressIdOf),
  );
  const where = { id: networkId, tenant_id };
  const [network] = await deps.store.read({ from: 'networks', where });
  // It has an address already: one for a VM that has none is what is asked for.
  const request = { id: '', name, network, wanted: null, taken: new Set(promised) };
  const planned = await planAddress(request, { deps, nowMs: deps.clock.nowMs() });
  if (!planned.ok) return planned;
  const { address } = planned.value;
  return address === undefined ? err(replan('The network')) : ok(address.ip_address);
}

function noFreeAddress(
  found: Problem,
  { address, holder }: { readonly address: string; readonly holder: string },
): Problem {
  if (found.code !== 'network-full') return found;
  return problem('address-taken', {
    detail:
      `The address ${address} is taken by the VM ${holder}, which this plan gives another one. ` +
      'Until then it needs a free address of the network, and there is none.',
    remedy: 'Delete a VM of the network first, or change the addresses in two steps.',
    fields: [{ path: ['ip_address'], message: `is the address of the VM ${holder}` }],
  });
}
