/** A VM group whose members get other sizes by themselves, and what its tests do with it. */
import { expect } from '@jest/globals';
import type { VmGroupId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { Bench } from './start-bench.ts';

const MINUTE_MS = 60_000;
const HOUR_S = 3_600;

/** The size that members have by their template. */
export const MEMBER_SIZE = { cpu_cores: 2, memory_gb: 4, disk_gb: 5 } as const;

/** Rules that keep the number of members: only their sizes are scaled. */
export const SIZE_RULES = [{ kind: 'target', metric: 'queue_length_count', value: 10 }] as const;

/** The scaling of a group in a request. */
export type Scaling = NonNullable<InputOf<'vm_group.create'>['scaling']>;

/** Returns test helpers for a group and its members. @param bench - bench of the running test */
export function sizedGroup(bench: () => Bench) {
  async function makeGroup(
    scaling: Partial<Scaling> = {},
    more: Partial<InputOf<'vm_group.create'>> = {},
  ) {
    const made = await bench().expectOk('vm_group.create', {
      name: 'web',
      vm: MEMBER_SIZE,
      min_size: 2,
      max_size: 2,
      scaling: {
        rules: [...SIZE_RULES],
        cooldown: '5m',
        vertical: 'apply',
        vertical_max: { cpu_cores: 4, memory_gb: 8 },
        ...scaling,
      },
      ...more,
    });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    return made.resource.id;
  }

  const membersOf = async () =>
    (await bench().expectOk('vm.list', {})).items.toSorted((one, other) =>
      one.name.localeCompare(other.name),
    );

  /** Has all members have used a part of their CPU and memory for some time. */
  async function use(hours: number, ratio: { readonly cpu: number; readonly memory: number }) {
    const nowS = Math.floor(bench().deps.clock.nowMs() / 1_000);
    const count = (hours * HOUR_S) / 300;
    for (const { id } of await membersOf()) {
      const target = { id, tenantId: bench().admin.tenantId, kind: 'vm' } as const;
      const times = Array.from({ length: count }, (_, step) => nowS - 300 * (count - step));
      const samples = times.flatMap((atS) => [
        { name: 'cpu_utilization_ratio', atS, value: ratio.cpu },
        { name: 'memory_utilization_ratio', atS, value: ratio.memory },
      ]);
      const written = await bench().deps.metricSeries?.write([{ target, samples }], 'measured');
      expect(written).toMatchObject({ ok: true });
    }
  }

  async function pass(minutes: number): Promise<void> {
    for (let half = 0; half < minutes * 2; half += 1) await bench().advance(MINUTE_MS / 2);
  }

  /**
   * Advances the time until the condition holds: member sizes are recalculated every quarter of an
   * hour.
   */
  async function passUntil(isSo: () => Promise<boolean>): Promise<void> {
    for (let half = 0; half < 40 && !(await isSo()); half += 1) await pass(0.5);
  }

  async function events(id: VmGroupId) {
    const { items } = await bench().expectOk('scaling_event.list', { group_id: id });
    return items.filter(({ trigger_type: trigger }) => trigger === 'vertical').toReversed();
  }

  /** The grown sizes of the members, by number. */
  const grown = async () =>
    (await membersOf()).map(({ grown_cpu_cores, grown_memory_gb }) => [
      grown_cpu_cores,
      grown_memory_gb,
    ]);

  /** A window that opens in some minutes. */
  function windowIn(minutes: number, duration = '30m') {
    const at = new Date(bench().deps.clock.nowMs() + minutes * MINUTE_MS);
    return { schedule: `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`, duration };
  }

  /** Returns the explanation of the group. */
  const explain = async (id: VmGroupId) =>
    (await bench().expectOk('vm_group.explain', { id })).explanation.join('\n');

  return { makeGroup, membersOf, use, pass, passUntil, events, grown, windowIn, explain };
}
