/** Usage of the members of a group while some of them start. */
import { expect, test } from '@jest/globals';
import { VmId } from '@novacron/contract/ids';
import { GroupScaling } from '@novacron/contract/kinds/vm-group/group-scaling';
import { ok } from '@novacron/contract/result';
import type { MemberState, ScalingMember } from '@novacron/engine/scaling/decide/model/scaling';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import { readSignals } from './read-signals.ts';

const NOW_MS = Date.UTC(2026, 5, 3, 12);
const CPU = 'cpu_utilization_ratio';
const GROUP_ID = 'vmg_group';

function member(number: number, state: MemberState): ScalingMember {
  const id = VmId.parse(`vm_${String(number).padStart(26, '0')}`);
  const given = { isProtected: false, hasOtherState: false, isHealing: false, loadRatio: 0.5 };
  return { id, number, state, createdAtMs: NOW_MS, ...given };
}

/** Series with the same samples each minute until now, by target. */
function seriesOf(values: ReadonlyMap<string, readonly number[]>): MetricSeries {
  const read: MetricSeries['read'] = async ({ targetId, name }) => {
    const all = name === CPU ? values.get(targetId) : undefined;
    if (all === undefined) return ok(undefined);
    const counts = all.map(() => 1);
    const times = all.map((_, at) => NOW_MS / 1_000 - (all.length - 1 - at) * 60);
    return ok({ resolution: 'sample', times, counts, means: all, mins: all, maxs: all });
  };
  const unused = () => {
    throw new Error('Only read is needed.');
  };
  return {
    read,
    readTogether: unused,
    list: unused,
    write: unused,
    addHistory: unused,
    countWritten: unused,
    compact: unused,
    removeAhead: unused,
    close: unused,
  };
}

async function signalsOf(
  members: readonly ScalingMember[],
  values: ReadonlyMap<string, readonly number[]>,
) {
  const deps = { metricSeries: seriesOf(values), clock: { nowMs: () => NOW_MS } };
  const scaling = GroupScaling.parse({ rules: [{ kind: 'target', metric: CPU, value: 0.5 }] });
  const source = { groupId: GROUP_ID, tenantId: 'tnt', scaling, members, bootMs: 0 };
  return readSignals(deps, source, async () => undefined);
}

test('members that are starting have no part in the mean of those that are ready', async () => {
  const [first, second] = [member(0, 'ready'), member(1, 'ready')];
  const starting = [member(2, 'starting'), member(3, 'starting')];
  const values = new Map<string, readonly number[]>([
    [GROUP_ID, [0.45]],
    [first.id, [0.8]],
    [second.id, [1]],
    ...starting.map(({ id }): [string, readonly number[]] => [id, [0]]),
  ]);
  expect(await signalsOf([first, second, ...starting], values)).toEqual([
    { metric: CPU, value: 0.9, atMs: NOW_MS, membersReporting: 2 },
  ]);
  expect(await signalsOf([first, second], values)).toEqual([
    { metric: CPU, value: 0.45, atMs: NOW_MS, membersReporting: 2 },
  ]);
});

test('nothing is known of a group whose ready members are not measured', async () => {
  const values = new Map([[GROUP_ID, [0.1]]]);
  const members = [member(0, 'ready'), member(1, 'starting')];
  expect(await signalsOf(members, values)).toEqual([]);
});

test('a sample of a member that is out of all proportion has no part in the mean', async () => {
  const [first, second, starting] = [member(0, 'ready'), member(1, 'ready'), member(2, 'starting')];
  const values = new Map([
    [first.id, [0.4, 0.6, 1e300]],
    [second.id, [0.4]],
  ]);
  expect(await signalsOf([first, second, starting], values)).toEqual([
    { metric: CPU, value: 0.5, atMs: NOW_MS - 60_000, ignored: 1e300, membersReporting: 2 },
  ]);
});
