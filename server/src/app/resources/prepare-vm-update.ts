import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok } from '@novacron/contract/result';
import { VM_FIELDS, VmSpec } from '@novacron/contract/vm';
import type { Amounts } from '@novacron/engine/placement/model';
import type { Change } from '../../ports/store.ts';
import type { NetworkRow, Tables, VmRow } from '../../ports/tables.ts';
import { changedFields } from '../changed-fields.ts';
import { chargeOfVms, checkQuota } from '../tenants/tenant-quota.ts';
import { type Prepare, type PreparedWrite, replan, type WriteScope } from '../write.ts';
import { desiredOf, observedOf } from './answer-resource.ts';
import {
  capabilitiesOf,
  configureSteps,
  fieldsToRestart,
  restartForbidden,
} from './configure-steps.ts';
import { findToChange } from './find-resource.ts';
import { holdVmAgain } from './hold-again.ts';
import { checkPlaceKept, type PlaceKept } from './keep-place.ts';
import {
  changedColumns,
  changeIdle,
  mergeFields,
  requireSame,
  revertedColumns,
} from './new-row.ts';
import { keptLevels } from './placement-rules.ts';
import { type AddressMove, addressFields, addressOf, moveAddress } from './plan-address.ts';
import { planRenaming } from './plan-renaming.ts';
import { planResize } from './plan-resize.ts';
import { connect, releaseVm } from './prepare-vm-create.ts';
import {
  fieldsToReplace,
  nameTaken,
  referenceUnknown,
  replacementNeeded,
} from './resource-problems.ts';
import { allocationAtHome, amountsHeldBy, amountsOf, subtract } from './vm-amounts.ts';
import {
  attachmentRule,
  checkVolumeWork,
  requireNoNewVolumeWork,
  VOLUME_WORK,
} from './volume-work.ts';

type Input = ParsedInputOf<'vm.update'>;

interface Found {
  readonly kept: readonly Tables['rule_versions'][];
  readonly nodes: readonly Tables['nodes'][];
  readonly row: VmRow;
  readonly before: VmSpec;
  readonly after: VmSpec;
  readonly holder: string | undefined;
  readonly networkBefore: NetworkRow | undefined;
  readonly networkAfter: NetworkRow | undefined;
  readonly template: string;
  readonly volumeWork: readonly Tables['operations'][];
  readonly rules: readonly Tables['rule_versions'][];
  readonly allocation: Tables['allocations'] | undefined;
  readonly allocations: readonly Tables['allocations'][];
  readonly node: Tables['nodes'] | undefined;
  readonly quota: Tables['tenant_quotas'] | undefined;
}

/** Plans a change of a VM on the node where it is. */
export const prepareVmUpdate: Prepare<Input> = async (input, scope) => {
  const current = await findToChange('vm', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const before = VmSpec.parse(desiredOf(row));
  const after = VmSpec.parse(mergeFields(desiredOf(row), input, VM_FIELDS));
  const found = await observe(row, before, after, scope);
  const place = await checkPlaceKept(found, scope);
  const moved = await moveAddress(found, scope);
  const problems = [
    ...check(found, input.restart),
    ...place.problems,
    ...(moved.ok ? [] : [moved.error]),
  ];
  if (problems.length > 0 || !moved.ok) return err(problems);
  return ok(planChanges(found, { place, moved: moved.value }, scope));
};

async function observe(
  row: VmRow,
  before: VmSpec,
  after: VmSpec,
  scope: WriteScope,
): Promise<Found> {
  const tenant_id = row.tenant_id;
  const rows = await scope.deps.store.snapshot({
    kept: keptLevels(tenant_id),
    holders: { from: 'vms', where: { tenant_id, name: after.name, id: { not: row.id } } },
    networks: {
      from: 'networks',
      where: { tenant_id, id: { in: [before.network_id ?? '', after.network_id ?? ''] } },
    },
    templates: {
      from: 'templates',
      where: after.template_id === null ? { name: 'default' } : { id: after.template_id },
    },
    allocations: { from: 'allocations', where: { vm_id: row.id } },
    nodes: { from: 'nodes' },
    quotas: { from: 'tenant_quotas', where: { id: tenant_id } },
    volumeWork: VOLUME_WORK,
    rules: { from: 'rule_versions', where: { id: attachmentRule(row.id) } },
  });
  const allocation = allocationAtHome(row, rows);
  return {
    kept: rows.kept,
    nodes: rows.nodes,
    row,
    before,
    after,
    holder: rows.holders[0]?.id,
    networkBefore: rows.networks.find((network) => network.id === before.network_id),
    networkAfter: rows.networks.find((network) => network.id === after.network_id),
    template: rows.templates[0]?.name ?? 'default',
    volumeWork: rows.volumeWork,
    rules: rows.rules,
    allocation,
    allocations: rows.allocations,
    node: rows.nodes.find((node) => node.id === allocation?.node_id),
    quota: rows.quotas[0],
  };
}

function check(found: Found, restart: Input['restart']): Problem[] {
  const { row, before, after, node, allocation } = found;
  const problems: Problem[] = [];
  const changes = changedFields(before as JsonObject, after as JsonObject);
  const replaced = fieldsToReplace(VM_FIELDS, changes);
  if (replaced.length > 0) problems.push(replacementNeeded('vm', row.name, replaced));
  const restarts = restart === 'forbidden' ? restartsOf(found) : [];
  if (node !== undefined && restarts.length > 0) {
    problems.push(restartForbidden(row, node.name, restarts));
  }
  if (found.holder !== undefined) problems.push(nameTaken('vm', after.name, found.holder));
  if (after.network_id !== null && found.networkAfter === undefined) {
    problems.push(referenceUnknown('network_id', 'network', after.network_id));
  }
  const work = checkVolumeWork(row, found.volumeWork);
  if (work !== undefined) problems.push(work);
  if (node !== undefined && allocation !== undefined) {
    const growth = subtract(amountsOf(after), amountsHeldBy(allocation));
    problems.push(...checkRoom(row, node, growth));
    const quota = checkQuota(found.quota, chargeOfVms(0, growth));
    if (quota !== undefined) problems.push(quota);
  }
  return problems;
}

function checkRoom(row: VmRow, node: Tables['nodes'], growth: Amounts): Problem[] {
  const room = [
    ['cpu_cores', growth.cpuCores, node.cpu_cores - node.cpu_cores_used, 'cores'],
    ['memory_gb', growth.memoryMib / 1024, (node.memory_mib - node.memory_mib_used) / 1024, 'GB'],
    ['disk_gb', growth.diskGb, node.disk_gb - node.disk_gb_used, 'GB'],
  ] as const;
  const short = room.filter(([, more, free]) => more > 0 && more > free);
  if (short.length === 0) return [];
  const words = short.map(
    ([name, more, free, unit]) => `${name} needs ${more} ${unit} more and ${free} ${unit} are free`,
  );
  return [
    problem('no-capacity', {
      detail: `The VM ${row.name} cannot grow on node ${node.name}: ${words.join('; ')}.`,
      remedy: `Move it to a node with more room (novacron vm migrate ${row.id}), or ask for less.`,
      fields: short.map(([name, more, free, unit]) => ({
        path: [name],
        message: `needs ${more} ${unit} more, ${free} ${unit} are free on ${node.name}`,
      })),
      data: { node: node.name },
    }),
  ];
}

interface Kept {
  readonly place: PlaceKept;
  readonly moved: AddressMove;
}

function planChanges(found: Found, { place, moved }: Kept, scope: WriteScope): PreparedWrite {
  const { row, before, after } = found;
  const base = baseOf(found);
  const { wanted } = base;
  if (Object.keys(changedFields(base.before, wanted)).length === 0) {
    const changes = [requireSame('vm', row)];
    return { ...base, changes, steps: [], onSuccess: [], onFailure: [], onStuck: [] };
  }
  const columns = changedColumns(row, scope, { name: after.name, desired: wanted, busy: 'yes' });
  const resize = planResize({ ...found, tenantId: row.tenant_id, to: amountsOf(after) });
  const renaming = planRenaming('vm', row, after.name);
  const reconnect = before.network_id === after.network_id ? [] : [before.network_id];
  return {
    ...base,
    announce: place.announce,
    changes: [
      ...place.guards,
      changeIdle('vm', row, { ...columns, network_id: after.network_id }),
      requireNoNewVolumeWork(row, found.rules),
      ...renaming.admission,
      ...resize.reserve,
      ...place.hold,
      ...reconnect.flatMap(() => connect(after.network_id, 1)),
      ...moved.reserve,
    ],
    steps: stepsOf(found, moved),
    onSuccess: [
      releaseVm(row.id, { ...observedOf(row), ...addressFields(after.network_id, moved.address) }),
      ...renaming.end,
      ...resize.settle,
      ...place.settle,
      ...reconnect.flatMap((networkId) => connect(networkId, -1)),
      ...moved.settle,
    ],
    onFailure: [
      revertVm(row, observedOf(row)),
      ...renaming.end,
      ...resize.giveBack,
      ...place.giveBack,
      ...reconnect.flatMap(() => connect(after.network_id, -1)),
      ...moved.giveBack,
    ],
    // It may have any of both sizes and addresses: they stay reserved until a change goes through.
    onStuck: [
      revertVm(row, { ...observedOf(row), status: 'unknown' }),
      ...renaming.end,
      ...reconnect.flatMap(() => connect(after.network_id, -1)),
    ],
    onRetry: [
      takeUpAgain(found, columns),
      ...renaming.admission,
      ...reconnect.flatMap(() => connect(after.network_id, 1)),
    ],
  };
}

function baseOf(found: Found) {
  const { row, before, after } = found;
  return {
    resourceKind: 'vm',
    target: { id: row.id, name: after.name },
    before: before as JsonObject,
    wanted: after as JsonObject,
    placement: null,
    restarts: restartsOf(found),
  } as const;
}

/** The change as it was admitted, on top of its revert. */
function takeUpAgain({ row, after }: Found, columns: ReturnType<typeof changedColumns>): Change {
  return holdVmAgain(
    row,
    { ...columns, network_id: after.network_id, observed_json: row.observed_json },
    { revision: row.revision + 2, generation: row.generation + 1 },
  );
}

function revertVm(row: VmRow, observed: JsonObject): Change {
  return {
    kind: 'update',
    table: 'vms',
    id: row.id,
    set: {
      ...revertedColumns(row),
      network_id: row.network_id,
      observed_json: canonicalJson(observed),
    },
    otherwise: replan(`The VM ${row.name}`),
  };
}

function stepsOf(found: Found, moved: AddressMove): PreparedWrite['steps'] {
  const { row, node, template, before, after } = found;
  if (node === undefined) return [];
  return configureSteps({
    row,
    node: node.name,
    before: { spec: before, template, network: found.networkBefore, address: addressOf(row) },
    after: { spec: after, template, network: found.networkAfter, address: moved.address },
    effect: restartsOf(found).length > 0 ? 'restart' : 'live',
  });
}

/** The fields whose change restarts the VM; none where it does not run. */
function restartsOf({ row, node, before, after }: Found): readonly string[] {
  if (node === undefined || observedOf(row).status === 'stopped') return [];
  const changes = changedFields(before as JsonObject, after as JsonObject);
  return fieldsToRestart(VM_FIELDS, changes, capabilitiesOf(node));
}
