/** Shows and lists VMs, with what of them is kept elsewhere: volumes, prices, secrets. */
import type { ParsedInputOf } from '@novacron/contract/operations';
import type { Problem } from '@novacron/contract/problem';
import { ok, type Result } from '@novacron/contract/result';
import { type Vm, VmSpec } from '@novacron/contract/vm';
import { estimateCost } from '@novacron/engine/placement/estimate-cost';
import type { Snapshot } from '../ports/store.ts';
import type { VmRow } from '../ports/tables.ts';
import type { CallContext } from './application.ts';
import type { AppDeps } from './deps.ts';
import type { Page } from './page.ts';
import { getResource, listResources } from './read-resources.ts';
import { desiredOf, observedOf, toVm } from './resources/answer-resource.ts';
import { toPlacementAsk } from './resources/placement-ask.ts';
import { toPlacementNode } from './resources/placement-node.ts';
import { seenPowerOf } from './resources/seen-machine.ts';
import { readSecrets } from './resources/vm-secrets.ts';

/** Shows a VM. */
export async function getVm(
  deps: AppDeps,
  id: string,
  context: CallContext,
): Promise<Result<Vm, Problem>> {
  const found = await getResource(deps, 'vm', id, context, (row) => row);
  if (!found.ok) return found;
  const around = await observeAround(deps, [found.value]);
  return ok(toAnswer(found.value, around));
}

/** Lists VMs in the order of their creation. */
export async function listVms(
  deps: AppDeps,
  input: ParsedInputOf<'vm.list'>,
  context: CallContext,
): Promise<Result<Page<Vm>, Problem>> {
  const page = await listResources(deps, 'vm', input, context, (row) => row);
  if (!page.ok) return page;
  const around = await observeAround(deps, page.value.items);
  const items = page.value.items.map((row) => toAnswer(row, around));
  return ok({ ...page.value, items });
}

type Around = Snapshot<ReturnType<typeof questionsAbout>>;

function observeAround({ store }: AppDeps, rows: readonly VmRow[]): Promise<Around> {
  return store.snapshot(questionsAbout(rows));
}

function questionsAbout(rows: readonly VmRow[]) {
  const ids = rows.map(({ id }) => id);
  const nodes = new Set(rows.map((row) => String(observedOf(row).node)));
  return {
    volumes: { from: 'volumes', where: { attached_to: { in: ids } } },
    secrets: { from: 'vm_secrets', where: { id: { in: ids } } },
    nodes: { from: 'nodes', where: { name: { in: [...nodes] } } },
  } as const;
}

function toAnswer(row: VmRow, { volumes, secrets, nodes }: Around): Vm {
  const node = nodes.find(({ name }) => name === observedOf(row).node);
  const { vm } = toPlacementAsk(VmSpec.parse(desiredOf(row)));
  const cost = node === undefined ? undefined : estimateCost(vm, toPlacementNode(node));
  return toVm(row, {
    ...seenPowerOf(row),
    volumes: volumes.filter(({ attached_to }) => attached_to === row.id).map(({ id }) => id),
    cost_per_hour: cost ?? null,
    user_data: readSecrets(secrets.find(({ id }) => id === row.id)).user_data,
  });
}
