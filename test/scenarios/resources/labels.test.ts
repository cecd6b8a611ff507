/** Labels of networks, volumes and snapshots, which have the rules of those of VMs. */
import { describe, expect, test } from '@jest/globals';
import type { Json } from '@novacron/contract/json';
import { desiredOf } from '@novacron/server/app/rows/answer-resource';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const WEB = { tier: 'web', env: 'prod' };
const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;

type Kind = 'network' | 'volume' | 'snapshot';
const TABLES = { network: 'networks', volume: 'volumes', snapshot: 'snapshots' } as const;

/** Returns the input of a create request. */
async function inputOf(kind: Kind, name: string) {
  switch (kind) {
    case 'network':
      return { name, cidr: name === 'one' ? '10.1.0.0/16' : '10.2.0.0/16' };
    case 'volume':
      return { name, size_gb: 1 };
    case 'snapshot': {
      const made = await bench().expectOk('volume.create', { name: `of-${name}`, size_gb: 1 });
      return { name, volume_id: made.resource.id };
    }
  }
}

async function make(kind: Kind, name: string, metadata?: Readonly<Record<string, string>>) {
  const input = { ...(await inputOf(kind, name)), ...(metadata === undefined ? {} : { metadata }) };
  const made = await bench().expectOk(`${kind}.create`, input as never, TERRAFORM);
  await bench().end(made.operation);
  // A baseline is of the moment of the write; a change in the same one would not come after it.
  await bench().advance(1_000);
  return made.resource;
}

async function namesOf(kind: Kind, labels: string): Promise<string[]> {
  const { items } = await bench().expectOk(`${kind}.list`, { labels });
  return items.map(({ name }) => name);
}

describe.each<Kind>(['network', 'volume', 'snapshot'])('labels of a %s', (kind) => {
  test('are set, shown, found by a selector, replaced and removed', async () => {
    const { id, metadata } = await make(kind, 'one', WEB);
    expect(metadata).toEqual(WEB);
    expect(await bench().expectOk(`${kind}.get`, { id } as never)).toMatchObject({ metadata: WEB });
    expect(await namesOf(kind, 'tier=web,env!=test')).toEqual(['one']);
    const changed = { id, metadata: { tier: 'db' } };
    const { resource } = await bench().expectOk(`${kind}.update`, changed as never);
    expect(resource).toMatchObject({ metadata: { tier: 'db' }, revision: 2 });
    expect(await namesOf(kind, 'tier=web')).toEqual([]);
    expect(await namesOf(kind, 'tier=db,!env')).toEqual(['one']);
    const none = { id, metadata: null };
    expect((await bench().expectOk(`${kind}.update`, none as never)).resource.metadata).toBeNull();
    expect(await namesOf(kind, 'tier')).toEqual([]);
  });

  test('follow the rules of labels', async () => {
    const bad = { ...(await inputOf(kind, 'one')), metadata: { 'a b': 'x' } };
    const refused = await bench().expectProblem(`${kind}.create`, bad as never);
    expect(refused).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['metadata', 'a b'] }],
    });
  });

  test('that were changed by hand are cosmetic drift', async () => {
    const { id } = await make(kind, 'one', WEB);
    const changed = { id, metadata: { tier: 'web', env: 'test' } };
    await bench().expectOk(`${kind}.update`, changed as never, { client: 'cli' });
    expect((await bench().expectOk('drift.report', {})).items).toMatchObject([
      {
        resource_id: id,
        fields: [{ field: 'metadata.env', was: 'prod', is: 'test', drift_class: 'cosmetic' }],
      },
    ]);
  });

  test('are what policies see, and what they are selected by', async () => {
    await bench().expectOk('policy.create', {
      name: 'Web',
      type: 'resource',
      selector: { kinds: [kind], labels: { tier: 'web' } },
      rule:
        'package novacron\n\n' +
        'deny contains "not in production" if input.resource.metadata.env == "prod"\n',
    });
    const { id } = await make(kind, 'one', { tier: 'web', env: 'test' });
    const asked = { id, metadata: WEB };
    const refused = await bench().expectProblem(`${kind}.update`, asked as never);
    expect(refused).toMatchObject({ code: 'policy-denied' });
    expect(refused.detail).toContain('not in production');
    // The policy also concerns the labels before the change.
    const DB = { tier: 'db', env: 'prod' };
    const other = { id, metadata: DB };
    expect((await bench().call(`${kind}.update`, other as never)).ok).toBe(false);
    expect((await make(kind, 'two', DB)).metadata).toEqual(DB);
  });

  test('are none in rows of the previous release, whose writes keep them', async () => {
    const { id } = await make(kind, 'one');
    const table = TABLES[kind];
    const [row] = await bench().store.read({ from: table, where: { id } });
    if (row === undefined) throw new Error('the row is missing');
    const { metadata: _none, ...before } = desiredOf(row) as Readonly<Record<string, Json>>;
    const written = await bench().store.commit([
      {
        kind: 'update',
        table,
        id,
        set: { desired_json: JSON.stringify(before) },
        otherwise: { kind: 'bug', detail: 'the row is there' } as never,
      },
    ]);
    expect(written.ok).toBe(true);
    expect(await bench().expectOk(`${kind}.get`, { id } as never)).toMatchObject({
      metadata: null,
    });
    // Reads as before: no revision, no drift.
    const same = { id, metadata: null };
    const { resource } = await bench().expectOk(`${kind}.update`, same as never);
    expect(resource.revision).toBe(1);
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
    const labelled = { id, metadata: WEB };
    await bench().expectOk(`${kind}.update`, labelled as never);
    const renamed = { id, name: 'renamed' };
    await bench().expectOk(`${kind}.update`, renamed as never);
    expect(await namesOf(kind, 'tier=web')).toEqual(['renamed']);
  });
});
