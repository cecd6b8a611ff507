/** Makes something of each kind, so that inputs can be about what is there. */

type Ask = (operation: string, params: unknown) => Promise<unknown>;

/** Allows everything: an access policy that did not would end the suite. */
const RULE = 'package novacron\n\nallow := true\n';

/** @returns ids of what was made and of what was there, names, and texts that fields want */
export async function makeKnown(ask: Ask): Promise<readonly unknown[]> {
  const ids = await Promise.all([
    make(ask, 'vm.create', { name: 'known', cpu_cores: 1, memory_gb: 1, disk_gb: 5 }),
    make(ask, 'network.create', { name: 'known', cidr: '10.200.0.0/16' }),
    make(ask, 'volume.create', { name: 'known', size_gb: 1 }),
    make(ask, 'policy.create', { name: 'known', type: 'resource', rule: RULE }),
    make(ask, 'api_key.create', { name: 'known', role: 'viewer' }),
  ]);
  const lists = ['node.list', 'template.list', 'operation.list'];
  const found = await Promise.all(lists.map((list) => firstId(ask, list)));
  const texts = ['known', 'fresh-1', 'fresh-2', RULE, '10.201.0.0/24', 'vm.create', 'default'];
  return [...ids.flat(), ...found.flat(), ...texts, 'one-idempotency-key', true, false];
}

async function make(ask: Ask, operation: string, input: object): Promise<readonly string[]> {
  return idsIn(await ask(operation, input));
}

async function firstId(ask: Ask, list: string): Promise<readonly string[]> {
  return idsIn(await ask(list, { limit: 1 }));
}

/** Every id that an answer gives to what it is about. */
function idsIn(answer: unknown): readonly string[] {
  return [...JSON.stringify(answer).matchAll(/"id":"([a-z]+_[0-9a-z]{26})"/g)].map(
    ([, id]) => id ?? '',
  );
}
