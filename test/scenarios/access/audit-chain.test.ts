import { describe, expect, test } from '@jest/globals';
import type { Change } from '@novacron/server/ports/store';
import type { Tables } from '@novacron/server/ports/tables/tables';
import type { CallAs } from '../test-kit/start-bench.ts';
import { useBench } from '../test-kit/use-bench.ts';

type Row = Tables['audit'];

describe('the audit chain', () => {
  const bench = useBench();
  const otherwise = { code: 'internal', detail: 'No such row.', remedy: '', fields: [] } as const;

  /** Entries in the order of the chain, after some writes. */
  async function makeEntries(): Promise<readonly [Row, Row, Row, Row, Row]> {
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await bench().expectOk('api_key.create', { name, role: 'viewer' });
    }
    expect(await bench().expectOk('audit.verify', {})).toMatchObject({ entries: 5 });
    const orderBy = { column: 'position', direction: 'asc' } as const;
    const [a, b, c, d, e] = await bench().store.read({ from: 'audit', orderBy });
    if (!a || !b || !c || !d || !e) throw new Error('five writes make five entries');
    return [a, b, c, d, e];
  }

  async function tamper(...changes: readonly Change[]): Promise<void> {
    expect(await bench().store.commit(changes)).toMatchObject({ ok: true });
  }

  function setRow(row: Row, set: Partial<Row>): Change {
    return { kind: 'update', table: 'audit', id: row.id, set, otherwise };
  }

  async function findings(input: { known_position?: number; known_hash?: string } = {}) {
    const found = await bench().expectProblem('audit.verify', input);
    expect(found.code).toBe('audit-broken');
    return found.fields.map(({ path, message }) => [path[1], message]);
  }

  test('is whole after writes, refusals and a restart, in one order without a gap', async () => {
    await makeEntries();
    await bench().expectProblem('api_key.create', { name: 'a', role: 'viewer' });
    await bench().restartServer();
    await bench().expectOk('api_key.create', { name: 'f', role: 'viewer' });
    const { entries, last_position, last_hash } = await bench().expectOk('audit.verify', {});
    const { items } = await bench().expectOk('audit.list', {});
    expect(items.map(({ position }) => position)).toEqual([6, 5, 4, 3, 2, 1]);
    expect({ entries, last_position, last_hash }).toEqual({
      entries: 6,
      last_position: 6,
      last_hash: items[0]?.hash,
    });
  });

  test('of a tenant without entries is whole', async () => {
    expect(await bench().expectOk('audit.verify', {})).toMatchObject({ entries: 0 });
  });

  test('does not fork when several servers chain at once', async () => {
    const { createAuditChain } = await import('@novacron/server/app/kernel/audit/audit-chain');
    const asked = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      bench().expectOk('api_key.create', { name, role: 'viewer' }),
    );
    const chains = [1, 2, 3].map(() => createAuditChain(bench().deps));
    await Promise.all([...asked, ...chains.map((chain) => chain.catchUp())]);
    await Promise.all(chains.map((chain) => chain.catchUp()));
    expect(await bench().expectOk('audit.verify', {})).toMatchObject({ entries: 5 });
    expect(await bench().store.read({ from: 'audit_heads' })).toHaveLength(1);
  });

  test.each<[string, Partial<Row>]>([
    ['who', { principal: 'intruder' }],
    ['what', { changes_json: '{"x":1}' }],
    ['when', { at_ms: 1 }],
    ['how it ended', { outcome: 'forbidden' }],
    ['on which resource', { resource_id: 'vm_other' }],
    ['its hash', { hash: 'ab'.repeat(32) }],
  ])('finds and names an entry that was changed: %s', async (_what, set) => {
    const [, , third] = await makeEntries();
    await tamper(setRow(third, set));
    const found = await findings();
    expect(found[0]).toEqual([3, `${third.id} or its position was changed after it was recorded`]);
  });

  test.each([
    ['in plain', 'is not encrypted, but every value of this store must be', '{"x":1}'],
    [
      'from another entry',
      'cannot be decrypted: it was modified or copied from another row',
      undefined,
    ],
  ])('finds and names an entry with a value %s in its place', async (_what, words, value) => {
    const [first, , third, , fifth] = await makeEntries();
    // By hand, past the sealing store: as an attacker who writes to the file would do it.
    const { storeOnDisk } = bench();
    const [sealed] = await storeOnDisk.read({ from: 'audit', where: { id: first.id } });
    const set = { changes_json: value ?? String(sealed?.changes_json) };
    const forged = await storeOnDisk.commit([setRow(third, set)]);
    expect(forged).toMatchObject({ ok: true });
    const message = `changes_json of ${third.id} in audit ${words}`;
    expect(await findings()).toEqual([[3, message]]);
    // The list has all others, and who and when of this one.
    const { items } = await bench().expectOk('audit.list', {});
    expect(items.map(({ position }) => position)).toEqual([5, 4, 3, 2, 1]);
    expect(items.filter(({ damaged }) => damaged !== undefined)).toMatchObject([
      {
        id: third.id,
        operation: 'api_key.create',
        resource_name: 'c',
        changes: {},
        damaged: expect.stringMatching(/^the changes were modified .+ see audit.verify$/),
      },
    ]);
    // What is behind it is looked at all the same.
    await tamper(setRow(fifth, { principal: 'intruder' }));
    expect((await findings()).map(([position]) => position)).toEqual([3, 5]);
  });

  test('finds an entry that was removed from the middle', async () => {
    const [, , third] = await makeEntries();
    await tamper({ kind: 'drop', from: 'audit', id: third.id });
    expect(await findings()).toEqual([[3, 'position 3 is missing']]);
  });

  test('finds entries that were removed from the beginning and from the end', async () => {
    const [first, , , fourth, fifth] = await makeEntries();
    await tamper({ kind: 'drop', from: 'audit', id: first.id });
    await tamper({ kind: 'drop', from: 'audit', id: fourth.id });
    await tamper({ kind: 'drop', from: 'audit', id: fifth.id });
    expect(await findings()).toEqual([
      [1, 'position 1 is missing'],
      [4, 'positions 4 to 5 are missing at the end'],
    ]);
  });

  test('finds and names entries whose order was changed', async () => {
    const [, second, third] = await makeEntries();
    await tamper(
      setRow(second, { position: 100 }),
      setRow(third, { position: 2 }),
      setRow(second, { position: 3 }),
    );
    const found = (await findings()).map(([, message]) => String(message).split(' ')[0]);
    expect(found).toEqual(expect.arrayContaining([second.id, third.id]));
  });

  test('finds an entry that was taken out of the chain to be chained again', async () => {
    const [, second] = await makeEntries();
    await tamper(setRow(second, { position: null, hash: null }));
    expect((await findings())[0]).toEqual([2, 'position 2 is missing']);
  });

  test('detects a rebuilt chain, by comparison with a recorded head', async () => {
    const [, second] = await makeEntries();
    const noted = await bench().expectOk('audit.verify', {});
    const known = { known_position: noted.last_position, known_hash: noted.last_hash };
    expect(await bench().expectOk('audit.verify', known)).toMatchObject({ entries: 5 });
    // An attacker who may write everything rebuilds the chain after the change.
    const rows = await bench().store.read({ from: 'audit' });
    const { tenantId } = bench().admin;
    await tamper(
      ...rows.map((row) => setRow(row, { position: null, hash: null })),
      setRow(second, { principal: 'intruder' }),
      { kind: 'drop', from: 'audit_heads', id: tenantId },
    );
    expect(await bench().expectOk('audit.verify', {})).toMatchObject({ entries: 5 });
    expect((await findings(known))[0]?.[1]).toMatch(/does not have the recorded hash$/);
    await tamper({ kind: 'drop', from: 'audit', id: rows[4]?.id ?? '' });
    await tamper({ kind: 'drop', from: 'audit_heads', id: tenantId });
    const rest = await bench().store.read({ from: 'audit' });
    await tamper(...rest.map((row) => setRow(row, { position: null, hash: null })));
    expect((await findings(known))[0]?.[1]).toBe(
      'position 5 is missing: the chain was longer before',
    );
  });

  test('finds an end that is not kept, or is another one', async () => {
    await makeEntries();
    const id = bench().admin.tenantId;
    await tamper({ kind: 'put', into: 'audit_heads', row: { id, position: 5, hash: 'x' } });
    expect((await findings())[0]?.[1]).toBe('the last entry is not the recorded end of the chain');
    await tamper({ kind: 'drop', from: 'audit_heads', id });
    expect((await findings())[0]?.[1]).toBe('the end of the chain is not stored');
  });

  test('is each tenant’s own, and only an admin may check it', async () => {
    await makeEntries();
    const stranger = { ...bench().admin, tenantId: bench().deps.ids.next('tnt') };
    const as = { principal: stranger };
    expect(await bench().expectOk('audit.verify', {}, as)).toMatchObject({ entries: 0 });
    const operator = { principal: { ...bench().admin, role: 'operator' } } as const;
    expect(await bench().expectProblem('audit.verify', {}, operator)).toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('refusals at the door', () => {
  const bench = useBench();

  test('a role that is too small is audited with who, what and when', async () => {
    const principal = { ...bench().admin, id: 'key_v', name: 'vic', role: 'viewer' } as const;
    await bench().expectProblem('vm.create', { ...NO_VM }, { principal, client: 'cli' });
    const { items } = await bench().expectOk('audit.list', {});
    expect(items).toMatchObject([
      {
        operation: 'vm.create',
        outcome: 'forbidden',
        principal: 'vic',
        principal_kind: 'api_key',
        client: 'cli',
      },
    ]);
  });

  test('an unknown secret is audited for those who run the server', async () => {
    const requestId = bench().deps.ids.next('req');
    const found = await bench().application.authenticate('ncr_guess', { requestId });
    expect(found).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
    const { items } = await bench().expectOk('audit.list', {});
    expect(items).toMatchObject([
      { operation: 'authenticate', outcome: 'unauthenticated', request_id: requestId },
    ]);
    expect(JSON.stringify(items)).not.toContain('ncr_guess');
  });

  test('an expired key is audited by its name', async () => {
    const made = await bench().expectOk('api_key.create', {
      name: 'bea',
      role: 'viewer',
      expires_in_hours: 1,
    });
    await bench().skip(3_600_000);
    await bench().application.authenticate(made.secret);
    const { items } = await bench().expectOk('audit.list', {});
    expect(items[0]).toMatchObject({ operation: 'authenticate', principal: 'bea' });
  });

  test('of a flood each caller has its own refusals counted, in its own tenant', async () => {
    const { secret } = await bench().expectOk('tenant.create', { name: 'research' });
    const research = await bench().application.authenticate(secret ?? '');
    if (!research.ok) throw new Error(research.error.detail);
    const there = { principal: research.value };
    const viewer = (name: string): CallAs => ({
      principal: { ...bench().admin, id: `key_${name}`, name, role: 'viewer' },
    });
    const [flooding, calm] = [viewer('flooding'), viewer('calm')];
    const refuse = (as: CallAs) => bench().expectProblem('vm.create', NO_VM, as);
    for (let call = 0; call < 50; call += 1) await refuse(flooding);
    await refuse(calm);
    await bench().expectProblem('sealing_key.list', {}, there);
    await bench().advance(10_000);
    await refuse(flooding);
    const dropped = async (as?: CallAs) => {
      const { items } = await bench().expectOk('audit.list', { limit: 1_000 }, as);
      return items
        .filter(({ outcome }) => outcome === 'forbidden')
        .flatMap(({ principal, changes }) =>
          changes.refusals_not_kept === undefined
            ? []
            : [[principal, changes.refusals_not_kept.is]],
        );
    };
    expect(await dropped()).toEqual([['flooding', 30]]);
    expect(await dropped(there)).toEqual([]);
  });

  test('a flood of unknown keys hides no other address', async () => {
    const guess = (clientAddress: string) =>
      bench().application.authenticate('ncr_guess', { clientAddress });
    for (let call = 0; call < 30; call += 1) await guess('192.0.2.1');
    await guess('192.0.2.2');
    const { items } = await bench().expectOk('audit.list', { limit: 1_000 });
    expect(items).toHaveLength(21);
    expect(items[0]).toMatchObject({ client_address: '192.0.2.2', changes: {} });
  });

  test('a flood from many addresses fills no store either', async () => {
    for (let network = 0; network < 30; network += 1) {
      for (let call = 0; call < 10; call += 1) {
        const clientAddress = `192.0.${network}.1`;
        await bench().application.authenticate('ncr_guess', { clientAddress });
      }
    }
    expect(await bench().store.read({ from: 'audit' })).toHaveLength(200);
  });

  test('a flood fills no store; the next entry that is kept says how many were not', async () => {
    for (let guess = 0; guess < 200; guess += 1) {
      await bench().application.authenticate(`ncr_${guess}`);
    }
    expect(await bench().store.read({ from: 'audit' })).toHaveLength(20);
    await bench().advance(10_000);
    await bench().application.authenticate('ncr_last');
    const { items } = await bench().expectOk('audit.list', {});
    expect(items).toHaveLength(21);
    expect(items[0]?.changes).toEqual({ refusals_not_kept: { was: null, is: 180 } });
    expect(await bench().expectOk('audit.verify', {})).toMatchObject({ entries: 21 });
  });
});

const NO_VM = { name: 'web', cpu_cores: 1, memory_gb: 1, disk_gb: 10 };
