/** Sizes of members that are refused, that are wrong, and servers that die while they change. */
import { describe, expect, test } from '@jest/globals';
import type { Store } from '@novacron/server/ports/store';
import { MEMBER_SIZE, sizedGroup } from '../test-kit/sized-group.ts';
import { useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
const FULL = { cpu: 0.96, memory: 0.5 };
const CHECK = { kind: 'http', port: 8080, start_period: '1m' } as const;

describe('a change of the size of a member', () => {
  const bench = useBench();
  const { makeGroup, membersOf, use, pass, passUntil, events, grown, windowIn, explain } =
    sizedGroup(bench);

  test('is taken back where the member is unhealthy then, and the others follow', async () => {
    const healing = { health_check: CHECK, restart: 'never' } as const;
    const id = await makeGroup(
      { vertical_window: windowIn(0, '4h') },
      { vm: { ...MEMBER_SIZE, healing } },
    );
    await use(3, FULL);
    await passUntil(async () => (await grown())[1]?.[0] === 3);
    const [first] = await membersOf();
    if (first === undefined) throw new Error('the group has members');
    bench().fleet.drivers.get(String(first.node))?.disturb(first.id, { kind: 'hang' });
    await passUntil(async () => (await events(id)).length === 4);
    await pass(2);
    const [, , reverted, followed] = await events(id);
    const change = { before: { cpu_cores: 3 }, after: { cpu_cores: 2 }, why: 'revert' };
    expect(reverted).toMatchObject({ outcome: 'succeeded', member: change });
    expect(reverted?.member?.vm_id).toBe(first.id);
    expect(reverted?.reason).toBe(
      'web-1 changes from 3 cores and 4 GB to 2 cores and 4 GB, because a member with the other ' +
        'size was not ready.',
    );
    expect(followed).toMatchObject({ outcome: 'succeeded', member: change });
    const [one, other] = [reverted, followed].map((event) => Date.parse(String(event?.at)));
    expect(Number(other) - Number(one)).toBeLessThan(5 * MINUTE_MS);
    expect(await grown()).toEqual([
      [null, null],
      [null, null],
    ]);
    expect((await membersOf()).map(({ health }) => health)).toEqual(['healthy', 'healthy']);
    await pass(6);
    expect(await events(id)).toHaveLength(4);
    expect(await explain(id)).toContain('the last change was not a success');
  });

  test('that a policy refuses is not tried for an hour, and the reason is shown', async () => {
    const id = await makeGroup();
    const rule = `package novacron

deny contains "members have two cores" if {
  input.operation == "vm.update"
  input.resource.cpu_cores > 2
}
`;
    const policy = { name: 'Small', type: 'resource', rule, platform_writes: true } as const;
    await bench().expectOk('policy.create', policy);
    await use(3, FULL);
    await passUntil(async () => (await events(id)).length > 0);
    await pass(7);
    const [refused, ...others] = await events(id);
    expect(others).toEqual([]);
    expect(refused).toMatchObject({ outcome: 'refused', operation_id: null });
    expect(await grown()).toEqual([
      [null, null],
      [null, null],
    ]);
    const text = await explain(id);
    expect(text).toContain('Members keep their sizes for some time');
    expect(text).toContain('members have two cores');
  });

  test('that the quota refuses is the reason that is shown, and comes an hour later', async () => {
    const { tenantId } = bench().admin;
    const id = await makeGroup();
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { cpu_cores: 5 } });
    await use(3, FULL);
    // The first member may grow, and the second one not.
    await passUntil(async () => (await events(id)).length === 2);
    expect(await events(id)).toMatchObject([
      { outcome: 'succeeded', member: { why: 'recommended' } },
      { outcome: 'refused', member: { why: 'follow' } },
    ]);
    expect(await explain(id)).toContain('quota');
    expect((await grown()).map(([cores]) => cores)).toEqual([3, null]);
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { cpu_cores: 6 } });
    await bench().skip(60 * MINUTE_MS);
    await passUntil(async () => (await grown())[1]?.[0] === 3);
    expect((await grown()).map(([cores]) => cores)).toEqual([3, 3]);
  });

  test('waits for another operation of the group', async () => {
    const id = await makeGroup();
    const [first] = await membersOf();
    bench()
      .fleet.drivers.get(String(first?.node))
      ?.faults.add({ action: 'configure', kind: 'hang', times: 1 });
    const vm = { ...MEMBER_SIZE, memory_gb: 5 };
    const changed = await bench().expectOk('vm_group.update', { id, vm });
    await use(3, FULL);
    await pass(1);
    expect(await explain(id)).toContain('while an operation changes the group or one of them');
    expect(await events(id)).toEqual([]);
    await bench().end(changed.operation);
  });
});

/** Time of the crash around the next commit of a resize. */
let dies: 'before' | 'after' | undefined;

/** The server gets no answer, as if it had been killed; the commit is made or not. */
function dyingStore(store: Store): Store {
  return {
    ...store,
    commit: async (changes) => {
      const moment = dies;
      const isDecision = changes.some(
        (change) => change.kind === 'put' && change.into === 'scaling_events',
      );
      if (!isDecision || moment === undefined) return store.commit(changes);
      dies = undefined;
      if (moment === 'after') await store.commit(changes);
      throw new Error('the server was killed');
    },
  };
}

describe('a server that dies', () => {
  const bench = useBench({ wrapStore: dyingStore });
  const { makeGroup, membersOf, use, pass, passUntil, events, grown } = sizedGroup(bench);

  async function expectOneChangeEach(id: Awaited<ReturnType<typeof makeGroup>>) {
    await passUntil(async () => (await grown()).every(([cores]) => cores === 3));
    await pass(7);
    expect(await grown()).toEqual([
      [3, null],
      [3, null],
    ]);
    const asked = { kind: ['vm.update'], principal: ['platform'], limit: 100 };
    const { items } = await bench().expectOk('operation.list', asked);
    const made = await events(id);
    expect(made.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
    expect(items.map((operation) => operation.id).sort()).toEqual(
      made.map(({ operation_id }) => operation_id).sort(),
    );
  }

  test.each(['before', 'after'] as const)(
    '%s the commit of a change makes it once',
    async (moment) => {
      const id = await makeGroup();
      await use(3, FULL);
      dies = moment;
      await passUntil(async () => dies === undefined);
      expect(dies).toBeUndefined();
      await bench().restartServer();
      await expectOneChangeEach(id);
    },
  );

  test('while its member changes goes on with that change', async () => {
    const id = await makeGroup();
    await use(3, FULL);
    const [first] = await membersOf();
    const { faults } = bench().fleet.drivers.get(String(first?.node)) ?? {};
    faults?.add({ action: 'configure', kind: 'hang', times: 1 });
    await passUntil(async () => (await events(id)).length > 0);
    expect(await events(id)).toMatchObject([{ outcome: 'running' }]);
    await bench().restartServer();
    await expectOneChangeEach(id);
  });
});
