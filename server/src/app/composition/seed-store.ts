/** Seeds a store with the rows that every NovaCron has. */

import { DEFAULT_TEMPLATE_NAME } from '@novacron/contract/kinds/template/template';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Change } from '../../ports/store.ts';
import { commitChanges } from '../kernel/write/commit-changes.ts';
import { beginCounting } from '../platform/usage-counts/count-usage.ts';
import type { CompletePorts } from './deps.ts';

const BUILT_IN_TEMPLATES = [
  {
    name: DEFAULT_TEMPLATE_NAME,
    os: 'debian',
    os_version: '12',
    description: 'What a VM boots that names no template: a minimal Debian.',
  },
  {
    name: 'debian-12',
    os: 'debian',
    os_version: '12',
    description: 'Debian 12 with cloud-init.',
  },
  {
    name: 'ubuntu-24.04',
    os: 'ubuntu',
    os_version: '24.04',
    description: 'Ubuntu 24.04 LTS with cloud-init.',
  },
] as const;

const DISK_GB_MIN = 4;

/** More rounds than servers start at the same moment. */
const ROUNDS_MAX = 16;

/** Adds missing built-in templates, updates the storage pools, and initializes usage counts. */
export async function seedStore(
  deps: CompletePorts,
  storagePools: Pools,
): Promise<Result<void, Problem>> {
  let done = await seedOnce(deps, storagePools);
  // Another server that starts at the same time may have been faster.
  for (
    let round = 1;
    round < ROUNDS_MAX && !done.ok && done.error.code === 'conflict';
    round += 1
  ) {
    done = await seedOnce(deps, storagePools);
  }
  return done;
}

type Pools = Readonly<Record<string, { readonly size_gb: number }>>;

async function seedOnce(deps: CompletePorts, storagePools: Pools): Promise<Result<void, Problem>> {
  const { templates, pools } = await deps.store.snapshot({
    templates: { from: 'templates' },
    pools: { from: 'storage_pools' },
  });
  const otherwise = problem('conflict', {
    detail: 'Another server prepares the same store.',
    remedy: 'Start the server again.',
  });
  const known = new Set(templates.map((row) => row.name));
  const newTemplates = BUILT_IN_TEMPLATES.filter(({ name }) => !known.has(name)).map(
    ({ name, ...document }): Change => ({
      kind: 'insert',
      into: 'templates',
      row: {
        id: deps.ids.next('tpl'),
        name,
        document_json: JSON.stringify({
          ...document,
          architecture: 'x86_64',
          disk_gb_min: DISK_GB_MIN,
        }),
        created_at_ms: deps.clock.nowMs(),
      },
      otherwise,
    }),
  );
  const poolChanges = Object.entries(storagePools).flatMap(([id, { size_gb }]): Change[] => {
    const row = pools.find((pool) => pool.id === id);
    if (row === undefined) {
      const empty = { id, size_gb, size_gb_used: 0 };
      return [{ kind: 'insert', into: 'storage_pools', row: empty, otherwise }];
    }
    const set = { size_gb: Math.max(size_gb, row.size_gb_used) };
    if (set.size_gb === row.size_gb) return [];
    return [{ kind: 'update', table: 'storage_pools', id, set, otherwise }];
  });
  const counting = await beginCounting(deps);
  return commitChanges(deps, [...newTemplates, ...poolChanges, ...counting]);
}
