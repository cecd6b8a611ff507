/** An application in this process whose lists are long, for figures about pages of lists. */
import { register } from 'node:module';

/** Rows that one change set inserts. */
const BATCH = 250;

/**
 * Lists that are narrowed in memory: quotas or the fleet bound how many items they have. So are all
 * that one answer contains, which take no `limit`.
 */
const IN_MEMORY = new Set([
  'role.list',
  'template.list',
  'policy.versions',
  'policy_data.versions',
  'orchestration_policy.versions',
]);

/** Columns in which no two rows of a tenant are the same. */
const UNIQUE = ['lookup_key', 'name', 'path', 'resource_id', 'secret_hash', 'token_hash'];

/** Prefix of a public key, and the number of characters that follow. */
const PUBLIC_KEY = { prefix: 'ed25519:', length: 43 };

/**
 * Starts the application and fills each list that the store narrows.
 * @param {{ rows: number, progress: Function }} options - `rows` of each list
 * @returns the bench of `start-bench.ts`, the names of the lists, and what makes their requests
 */
export async function fillLists({ rows, progress }) {
  register('../simulation/load-typescript.mjs', import.meta.url);
  const { startBench } = await import('../scenarios/test-kit/start-bench.ts');
  const { FILTERED_IN_MEMORY, listRequests } = await import(
    '../scenarios/test-kit/list-requests.ts'
  );
  const { ROW_OF_EACH_TABLE } = await import('../../server/src/adapters/store/suite/rows.ts');
  const { operationNames, operationRow } = await import(
    '@novacron/contract/operations-table/operations'
  );
  const { makeId } = await import('@novacron/contract/ids');
  let from;
  const watchReads = (store) => ({
    ...store,
    read: (query) => {
      if (query.limit >= 100) ({ from } = query);
      return store.read(query);
    },
    snapshot: (queries) => {
      for (const query of Object.values(queries)) if (query.limit >= 100) ({ from } = query);
      return store.snapshot(queries);
    },
  });
  const bench = await startBench({ wrapStore: watchReads });
  const made = await makeSome(bench);
  const names = operationNames().filter((name) => {
    const { listing, input } = operationRow(name);
    return listing !== undefined && 'limit' in input.shape && !IN_MEMORY.has(name);
  });
  const filled = new Set();
  for (const name of names) {
    const [plain] = listRequests(name, {});
    const { items } = await bench.expectOk(name, plain.input);
    const table = from;
    const [own] = items.length === 0 ? [] : await readRow(bench.store, table, items[0]);
    if (filled.has(own?.id ?? table)) continue;
    filled.add(own?.id ?? table);
    progress(`filling ${name}: ${rows} rows of ${table}`);
    // Rows that the store has answered are not ours to change.
    const model = { ...(own ?? { ...ROW_OF_EACH_TABLE[table], ...made[table] }) };
    if ('tenant_id' in model) model.tenant_id = bench.admin.tenantId;
    await copyRow(bench.store, { table, model, rows, makeId });
  }
  return { bench, names, listRequests, filteredInMemory: FILTERED_IN_MEMORY };
}

async function readRow(store, from, item) {
  const key = item.position === undefined ? { id: item.id } : { position: item.position };
  return store.read({ from, where: key });
}

async function copyRow(store, { table, model, rows, makeId }) {
  const prefix = model.id.split('_')[0];
  for (let first = 1; first <= rows; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, rows - first + 1) }, (_, offset) => ({
      kind: 'put',
      into: table,
      row: makeCopy(model, first + offset, (number) =>
        makeId(prefix, 1_800_000_000_000 + number, new Uint8Array(10)),
      ),
    }));
    const done = await store.commit(batch);
    if (!done.ok) throw new Error(`${table}: ${done.error.detail}`);
  }
}

/** Another row like it: what must be unique is, and a third has another label. */
function makeCopy(model, number, idOf) {
  const copy = { ...model, id: idOf(number) };
  for (const column of UNIQUE) {
    const joint = column === 'path' ? '_' : '-';
    if (typeof copy[column] === 'string') copy[column] = `${copy[column]}${joint}${number}`;
  }
  if ('public_key' in copy) {
    copy.public_key = `${PUBLIC_KEY.prefix}${String(number).padStart(PUBLIC_KEY.length, 'A')}`;
  }
  if (typeof copy.position === 'number') copy.position = 1_000_000 + number;
  if ('hash' in copy) Object.assign(copy, { position: null, hash: null });
  if (typeof copy.desired_json === 'string') {
    const metadata = { tier: number % 3 === 0 ? 'web' : 'db', env: `env-${number % 10}` };
    const desired = { ...JSON.parse(copy.desired_json), name: copy.name };
    copy.desired_json = JSON.stringify('document' in desired ? desired : { ...desired, metadata });
  }
  return copy;
}

/** One of each kind that requests can make, so that rows are as the application writes them. */
async function makeSome(bench) {
  const make = async (name, input) => {
    const { resource, operation } = await bench.expectOk(name, input);
    if (operation !== undefined) await bench.end(operation);
    return resource;
  };
  const vm = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
  const network = await make('network.create', { name: 'net', cidr: '10.0.0.0/16' });
  await make('vm.create', { name: 'vm', ...vm, network_id: network.id });
  const volume = await make('volume.create', { name: 'vol', size_gb: 1 });
  await make('snapshot.create', { name: 'snap', volume_id: volume.id });
  await make('security_group.create', { name: 'sg', rules: [] });
  const group = await make('vm_group.create', { name: 'grp', vm, min_size: 1, max_size: 1 });
  const rule = 'package a\n\nwarn contains "a" if true\n';
  const policy = await make('policy.create', { name: 'pol', type: 'resource', rule });
  await make('enrollment.create', { node: 'node-x' });
  // The policy that is enabled decides about this one, which is recorded.
  await make('orchestration_policy.create', {
    document: 'policies: [{ name: orc, rules: [{ minReplicas: 1 }] }]\n',
  });
  await make('reservation.create', { name: 'rsv', ...vm, ttl_seconds: 600 });
  // Decisions of policies are recorded in batches.
  await bench.advance(60_000);
  // What only the work of reconcilers and of people with keys of their own would make.
  return {
    policy_violations: { policy_id: policy.id },
    policy_waivers: { policy_id: policy.id },
    scaling_events: { cluster_id: group.id },
  };
}
