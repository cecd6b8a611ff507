/** Random decisions of many clients at once: hard rules hold, and who checks that sees a breach. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import { makeRng } from '@novacron/engine/rng';
import { readAccounts } from '../../simulation/checks/books.ts';
import { checkAccounts } from '../../simulation/checks/check-accounts.ts';
import { checkRules } from '../../simulation/checks/check-rules.ts';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const CLIENTS = 64;

/** Room for about half of what is asked for: two zones, two racks in each, two nodes in each. */
const FLEET: Fleet = {
  nodes: Array.from({ length: 8 }, (_, at) => ({
    name: `node-${at + 1}`,
    zone: `zone-${(at % 2) + 1}`,
    rack: `rack-${(at % 4) + 1}`,
    cpu_cores: 8,
    memory_gb: 64,
    disk_gb: 400,
  })),
  storage_pools: { ssd: { size_gb: 500 }, hdd: { size_gb: 500 }, nvme: { size_gb: 100 } },
};

describe('64 clients at once', () => {
  const bench = useBench({ fleet: FLEET });
  const rng = makeRng('clients');
  const isLucky = (share: number) => rng.next() < share;
  const pick = (list: readonly string[]) => list[Math.floor(rng.next() * list.length)] ?? '';

  function create(name: string) {
    const apart = { labels: { tier: pick(['web', 'db']) }, level: pick(['node', 'rack']) };
    return bench().call('vm.create', {
      ...SMALL_VM,
      name,
      ...(isLucky(0.4) ? { anti_affinity: pick(['red', 'blue']) } : {}),
      ...(isLucky(0.5) ? { metadata: { tier: pick(['web', 'db']) } } : {}),
      placement: {
        ...(isLucky(0.5) ? { zone: pick(['zone-1', 'zone-2']) } : {}),
        ...(isLucky(0.2) ? { anti_affinity: [{ ...apart, level: apart.level as 'node' }] } : {}),
      },
    });
  }

  /** A client that has a VM deletes, moves or leaves it; who has none wants one. */
  function act(client: number, ids: ReadonlyMap<number, string>) {
    const id = ids.get(client);
    if (id === undefined) return create(`vm-${client}`);
    if (isLucky(0.5)) return bench().call('vm.delete', { id });
    return isLucky(0.5) ? bench().call('vm.migrate', { id }) : bench().call('vm.get', { id });
  }

  test('break no hard rule and overbook no node, and a breach would be seen', async () => {
    const ids = new Map<number, string>();
    let breaches = '';
    for (const round of ['all create', 'some leave, move and come']) {
      const clients = ids.size === 0 ? CLIENTS : CLIENTS / 4;
      const acts = Array.from({ length: clients }, (_, client) => act(client, ids));
      const answers = await Promise.all(acts);
      const there = await readAccounts(bench().store);
      expect({ round, wrong: [...checkRules(there), ...checkAccounts(there)] }).toEqual({
        round,
        wrong: [],
      });
      // The same VMs, all on one node.
      const [home] = there.nodes;
      const gathered = there.allocations.map((each) => ({ ...each, node_id: String(home?.id) }));
      const breach = { ...there, allocations: gathered };
      breaches += [...checkRules(breach), ...checkAccounts(breach), ''].join('\n');
      const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
      expect(refused.filter((code) => code !== 'no-capacity')).toEqual([]);
      await bench().endAll();
      const { vms } = await readAccounts(bench().store);
      ids.clear();
      for (const { id, name } of vms) ids.set(Number(name.split('-')[1]), id);
    }

    const there = await readAccounts(bench().store);
    expect(checkRules(there)).toEqual([]);
    expect(breaches).toMatch(/^vm-\d+ shares its node node-\d with vm-\d+$/m);
    expect(breaches).toMatch(/^vm-\d+ must be in zone-\d, and is in zone-\d$/m);
    expect(breaches).toMatch(/node-\d books \d+ cpu_cores, allocations/);
  });
});
