/**
 * Replaces members of VM groups that resets and restarts have not helped, where the group has a
 * health check: without one, no one has said that members may be replaced. One server does it,
 * under the lease.
 */
import { VmGroupId } from '@novacron/contract/ids';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { VmGroupRow, VmRow } from '../../../ports/tables/tables.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import { type RefusedWrites, refusedWrites } from '../../kernel/arbitration/refused-writes.ts';
import { readHolds } from '../../kernel/holds/find-hold.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import { PLATFORM_NAME, platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { readMembersOf } from '../../resources/vm-group/read-vm-groups.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { resetsBefore } from '../../rows/observed/observed-health.ts';
import { attemptsBefore } from '../../rows/observed-machine.ts';
import { findGrowing } from './growing-members.ts';
import type { HealthParts } from './watch-health.ts';

/** Replacement is the last resort: it can wait. Unit: ms. */
const LOOK_MS = 60_000;

/**
 * Pause of a group after a replacement, doubled with each further one of a day, and how many there
 * may be in a day: where new members fail as well, their template or the check is to blame, and
 * each replacement deletes a root disk. Unit: ms.
 */
const PAUSE_MS_MIN = 600_000;
const DAY_MS = 86_400_000;
const REPLACEMENTS_A_DAY_MAX = 5;

/** Page size: requests are served between pages. */
const GROUPS_PER_PAGE = 200;

/** Replaces members that stay unhealthy, or were given up. */
export function memberReplacement(parts: HealthParts): Reconciler {
  const refusals = refusedWrites(parts.deps, 'vm.not_replaced');
  return {
    name: 'member-replacement',
    summary: 'Replaces members of VM groups that stay unhealthy or stop repeatedly.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      const broken = await findBroken(parts, budget);
      refusals.keepOnly(new Set<string>(broken.flatMap(({ vms }) => vms.map(({ id }) => id))));
      for (const each of broken) {
        if (!budget.mayContinue()) break;
        await replaceIn({ ...parts, refusals }, each, budget);
      }
      return undefined;
    },
  };
}

/** A group, and its members that were given up. */
interface Broken {
  readonly row: VmGroupRow;
  readonly vms: readonly VmRow[];
}

async function findBroken(
  { deps: { store } }: HealthParts,
  { mayContinue }: ReconcilerBudget,
): Promise<readonly Broken[]> {
  const found: Broken[] = [];
  const read = (after: string) =>
    store.read({
      from: 'vm_groups',
      where: { id: { above: after } },
      limit: GROUPS_PER_PAGE,
      damaged: 'blank',
    });
  for await (const rows of readPages({ length: GROUPS_PER_PAGE, read, mayContinue })) {
    const checked = mapReadable(rows, (row) =>
      desiredAs(row, VmGroupSpec).vm.healing?.health_check ? [row] : [],
    ).flat();
    for (const row of checked) {
      const { vms } = await readMembersOf(store, row.id);
      const broken = mapReadable(vms, (vm) => (isGivenUp(vm) ? [vm] : [])).flat();
      if (broken.length > 0) found.push({ row, vms: broken });
    }
  }
  return found;
}

function isGivenUp(vm: VmRow): boolean {
  const observed = observedOf(vm);
  const isIdle = vm.busy_operation_id === null;
  return isIdle && (attemptsBefore(observed) !== null || resetsBefore(observed) !== null);
}

async function replaceIn(
  parts: HealthParts & { readonly refusals: RefusedWrites },
  { row, vms }: Broken,
  { guard }: ReconcilerBudget,
): Promise<void> {
  const { deps, refusals } = parts;
  const nowMs = deps.clock.nowMs();
  if ((await readHolds(deps.store, { of: 'healing', nowMs })).ofTenant(row.tenant_id)) return;
  if (row.busy_operation_id !== null) return;
  const growing = await findGrowing(deps, vms);
  const due = vms.filter(({ id }) => (refusals.notBeforeMs(id) ?? 0) <= nowMs && !growing.has(id));
  const volumes = await deps.store.read({
    from: 'volumes',
    where: { attached_to: { in: due.map(({ id }) => id) } },
  });
  const withVolumes = new Set<string | null>(volumes.map(({ attached_to }) => attached_to));
  // One at a time: the next one is looked at when the first one serves, or has failed as well.
  const [replaced] = due.filter(({ id }) => !withVolumes.has(id));
  const before = await readReplacements(parts, row);
  const isPaused = nowMs < pausedUntilMs(before);
  const begun =
    replaced === undefined || isPaused
      ? undefined
      : before.length >= REPLACEMENTS_A_DAY_MAX
        ? ({ kind: 'refused', problem: replacedInVain(row) } as const)
        : await beginWrite(parts, {
            who: 'member-replacement',
            class: 'recovery',
            // The group has one change at a time, those of its other members among them.
            target: {
              kind: 'vm',
              row: replaced,
              effect: 'replaces',
              priority: desiredAs(replaced, VmSpec).priority,
            },
            guard,
            name: 'vm_group.replace_members',
            input: { id: VmGroupId.parse(row.id), member_ids: [replaced.id] },
            prepare: deps.writes['vm_group.replace_members'],
            context: platformContext(deps, row.tenant_id, 'healer'),
          });
  for (const vm of due) {
    const ended = withVolumes.has(vm.id)
      ? ({ kind: 'refused', problem: hasVolumes(vm, row) } as const)
      : vm === replaced
        ? begun
        : undefined;
    if (ended !== undefined) await refusals.note(vm, ended, guard);
  }
}

/**
 * Reads the times at which NovaCron replaced members of a group in the last day, newest first.
 * Unit: Unix ms.
 */
async function readReplacements(
  { deps: { store, clock } }: HealthParts,
  { id }: VmGroupRow,
): Promise<readonly number[]> {
  const operations = await store.read({
    from: 'operations',
    where: {
      target_id: id,
      kind: 'vm_group.replace_members',
      created_by: PLATFORM_NAME,
      created_at_ms: { above: clock.nowMs() - DAY_MS },
    },
    orderBy: { column: 'created_at_ms', direction: 'desc' },
    limit: REPLACEMENTS_A_DAY_MAX,
    damaged: 'blank',
  });
  return operations.map(({ created_at_ms }) => created_at_ms);
}

/** Binary exponential backoff. */
function pausedUntilMs([lastMs, ...others]: readonly number[]): number {
  return lastMs === undefined ? 0 : lastMs + PAUSE_MS_MIN * 2 ** others.length;
}

function replacedInVain({ name }: VmGroupRow): Problem {
  return problem('conflict', {
    detail:
      `${REPLACEMENTS_A_DAY_MAX} members of the group ${name} were replaced within a day, and ` +
      'members still fail. NovaCron stops replacing members for now.',
    remedy:
      'Find out what the members have in common: the image, the health check, or the ' + 'network.',
  });
}

function hasVolumes({ name, id }: VmRow, group: VmGroupRow): Problem {
  return problem('conflict', {
    detail:
      `Healing of the VM ${name} in the group ${group.name} failed, and it is not replaced: it ` +
      'has volumes attached, which a new member would not have.',
    remedy:
      'Repair it, or detach its volumes and replace it: novacron group replace-members ' +
      `${group.id} --member-ids ${id}`,
  });
}
