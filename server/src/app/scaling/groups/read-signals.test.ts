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

/** Series with one sample each, by target. */
function seriesOf(values: ReadonlyMap<string, number>): MetricSeries {
  const read: MetricSeries['read'] = async ({ targetId, name }) => {
    const value = name === CPU ? values.get(targetId) : undefined;
    if (value === undefined) return ok(undefined);
    const [times, counts, all] = [[NOW_MS / 1_000], [1], [value]];
    return ok({ resolution: 'sample', times, counts, means: all, mins: all, maxs: all });
  };
  const unused = () => {
    throw new Error('Only read is needed.');
  };
  return {
    read,
    list: unused,
    write: unused,
    countWritten: unused,
    compact: unused,
    removeAhead: unused,
    close: unused,
  };
}

async function signalsOf(members: readonly ScalingMember[], values: ReadonlyMap<string, number>) {
  const deps = { metricSeries: seriesOf(values), clock: { nowMs: () => NOW_MS } };
  const scaling = GroupScaling.parse({ rules: [{ kind: 'target', metric: CPU, value: 0.5 }] });
  const source = { groupId: GROUP_ID, tenantId: 'tnt', scaling, members, bootMs: 0 };
  return readSignals(deps, source, async () => undefined);
}

test('members that are starting have no part in the mean of those that are ready', async () => {
  const [first, second] = [member(0, 'ready'), member(1, 'ready')];
  const starting = [member(2, 'starting'), member(3, 'starting')];
  const values = new Map<string, number>([
    [GROUP_ID, 0.45],
    [first.id, 0.8],
    [second.id, 1],
    ...starting.map(({ id }): [string, number] => [id, 0]),
  ]);
  expect(await signalsOf([first, second, ...starting], values)).toEqual([
    { metric: CPU, value: 0.9, atMs: NOW_MS, membersReporting: 2 },
  ]);
  expect(await signalsOf([first, second], values)).toEqual([
    { metric: CPU, value: 0.45, atMs: NOW_MS, membersReporting: 2 },
  ]);
});

test('nothing is known of a group whose ready members are not measured', async () => {
  const values = new Map([[GROUP_ID, 0.1]]);
  const members = [member(0, 'ready'), member(1, 'starting')];
  expect(await signalsOf(members, values)).toEqual([]);
});
