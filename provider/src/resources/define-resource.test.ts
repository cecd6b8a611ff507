import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { UNKNOWN } from '../cty/unknown.ts';
import {
  ALLOWED,
  CONFIG,
  NET,
  NETWORK,
  operation,
  STATE,
  TYPE,
} from '../rpc/test-kit/agreeable-answers.ts';
import { type Agreeable, startAgreeable } from '../test-kit/start-agreeable.ts';

const refuse = (code: Parameters<typeof problem>[0]) => () => {
  throw problem(code, { detail: 'No.', remedy: 'Ask.', data: { resource_id: NET } });
};

describe('a resource of the provider', () => {
  let server: Agreeable['server'];
  let provider: Agreeable['provider'];
  let answers: Agreeable['answers'];
  let sent: Agreeable['sent'];
  let close: Agreeable['close'];

  beforeEach(async () => {
    ({ server, provider, answers, sent, close } = await startAgreeable());
    await configure('default');
  });
  afterEach(() => close());

  const configure = (deployment: string) =>
    provider.probe.configure({ endpoint: server.url, api_key: 'k', deployment });

  test('is created as planned, after its operation has ended', async () => {
    const waits = [operation('running'), operation('succeeded')];
    answers['operation.wait'] = () => waits.shift();
    const { state, diagnostics } = await provider.probe.create(TYPE, CONFIG);
    expect({ state, diagnostics }).toEqual({ state: STATE, diagnostics: [] });
    expect(sent('operation.wait')).toHaveLength(2);
    const [create] = sent('network.create');
    expect(create).toMatchObject(CONFIG);
    const [preview] = sent('admission.preview');
    const { claim: _claim, ...input } = create ?? {};
    const session = expect.any(String);
    const run = { session, moment: 'plan' };
    expect(preview).toEqual({ operation: 'network.create', input, unknown: [], ...run });
  });

  test('does not poll when the response of the write already has the final state', async () => {
    const ended = { operation: operation('succeeded'), warnings: [] };
    answers['network.create'] = () => ({ resource: NETWORK, ...ended });
    answers['network.update'] = () => ({ resource: { ...NETWORK, name: 'm' }, ...ended });
    answers['network.delete'] = () => ended;
    const { state, diagnostics } = await provider.probe.create(TYPE, CONFIG);
    expect({ state, diagnostics }).toEqual({ state: STATE, diagnostics: [] });
    for (const config of [{ ...CONFIG, name: 'm' }, null]) {
      const start = { prior: STATE, config };
      const plan = await provider.probe.plan(TYPE, start);
      const applied = await provider.probe.apply(TYPE, start, plan);
      expect(applied).toMatchObject({ state: config, diagnostics: [] });
    }
    expect(sent('operation.wait')).toEqual([]);
    // The plan of the delete reads the revision that it is made from.
    expect(sent('network.get')).toHaveLength(1);
  });

  test('waits for another change that has its name as long as its timeout says', async () => {
    answers['network.create'] = () => {
      const data = { holds_name: true };
      throw problem('conflict', { detail: 'Held.', remedy: 'Wait.', data });
    };
    const timeouts = { create: '1s', update: null, delete: null };
    const start = { config: { ...CONFIG, timeouts } };
    const plan = await provider.probe.plan(TYPE, start);
    const { diagnostics } = await provider.probe.apply(TYPE, start, plan);
    expect(diagnostics).toMatchObject([{ severity: 'error', detail: 'Held.\n\nWait.' }]);
    expect(sent('network.create').length).toBeGreaterThan(1);
  });

  test('has the same key for the same create, and another one for any other', async () => {
    async function keyOf(config: object) {
      const plan = await provider.probe.plan(TYPE, { config });
      await provider.probe.apply(TYPE, { config }, plan);
      return sent('network.create').at(-1)?.idempotency_key;
    }
    const { name, cidr, dns_servers } = CONFIG;
    const first = await keyOf({ name, cidr, dns_servers });
    expect(first).toMatch(/^tf-[0-9a-f]{16}-[0-9a-f]{32}$/);
    await configure('default');
    expect(await keyOf({ dns_servers, cidr, name })).toBe(first);
    expect(sent('network.create')).toHaveLength(2);
    expect(await keyOf({ ...CONFIG, name: 'm' })).not.toBe(first);
    expect(await keyOf({ ...CONFIG, dns_servers: [] })).not.toBe(first);
    await configure('other');
    expect(await keyOf(CONFIG)).not.toBe(first);
  });

  test('what is not known yet is named in the preview, which then has no key', async () => {
    await provider.probe.plan(TYPE, { config: { ...CONFIG, dns_servers: [UNKNOWN] } });
    const { name, cidr } = CONFIG;
    expect(sent('admission.preview')).toMatchObject([
      { operation: 'network.create', input: { name, cidr }, unknown: ['dns_servers'] },
    ]);
  });

  test('everything that a preview finds is reported in the plan', async () => {
    const denied = problem('policy-denied', {
      detail: 'Too wide.',
      remedy: 'Ask.',
      fields: [{ path: ['cidr'], message: 'too wide' }],
    });
    const verdict = {
      policy: 'Later',
      version: 1,
      mode: 'block',
      outcome: 'deferred',
      reasons: [],
      warnings: [],
      rule_path: 'data.novacron.allow',
      unknown_fields: ['name'],
    };
    answers['admission.preview'] = () => ({
      ...ALLOWED,
      problems: [toProblemDocument(denied)],
      warnings: [
        { policy: 'Soft', message: 'not nice' },
        {
          policy: 'Mild',
          version: 3,
          rule_path: 'data.mild.warn',
          path: ['cidr', 'x'],
          message: 'hm',
        },
      ],
      deferred: [verdict],
    });
    const { diagnostics } = await provider.probe.plan(TYPE, { config: CONFIG });
    expect(diagnostics).toMatchObject([
      {
        severity: 'error',
        attribute: 'cidr',
        detail: expect.stringContaining('Too wide.\n\nAsk.\n\nIf'),
      },
      { severity: 'warning', summary: expect.stringContaining('"Soft" warns'), attribute: '' },
      {
        severity: 'warning',
        attribute: 'cidr',
        detail: 'cidr.x: hm\n\nPolicy version 3, rule data.mild.warn.',
      },
      { severity: 'warning', detail: expect.stringContaining('not known yet: name') },
    ]);
  });

  test('a name held by a resource of this state may become free, another one may not', async () => {
    const taken = () =>
      problem('name-taken', { detail: 'Taken.', remedy: 'x', data: { resource_id: NET } });
    answers['admission.preview'] = () => ({ ...ALLOWED, problems: [toProblemDocument(taken())] });
    const stranger = await provider.probe.plan(TYPE, { config: CONFIG });
    expect(stranger.diagnostics).toMatchObject([{ severity: 'error' }]);
    await configure('default');
    await provider.probe.read(TYPE, STATE);
    const own = await provider.probe.plan(TYPE, { config: CONFIG });
    expect(own.diagnostics).toEqual([
      {
        severity: 'warning',
        attribute: 'name',
        summary: 'A replacement keeps its name or address range',
        detail: expect.stringMatching(/With create_before_destroy .* the apply fails/),
      },
    ]);
  });

  test('a read confirms a create, also when the resource is gone by then', async () => {
    await provider.probe.create(TYPE, CONFIG);
    await configure('default');
    const [{ idempotency_key: key } = {}] = sent('network.create');
    answers['idempotency.list'] = () => ({
      items: [{ id: key, resource_id: NET, created_at: '2025-01-01T00:00:00.000Z' }],
      next_cursor: null,
    });
    answers['network.get'] = refuse('not-found');
    const first = await provider.probe.read(TYPE, STATE);
    expect(first).toMatchObject({
      state: null,
      diagnostics: [
        { severity: 'warning', summary: 'Not found on the server: novacron_network "n"' },
      ],
    });
    // A plan sends the server everything in the state before its first query.
    await provider.probe.plan(TYPE, { config: CONFIG });
    expect(sent('idempotency.confirm')).toEqual([{ keys: [key] }]);
    await provider.probe.read(TYPE, STATE);
    await provider.probe.plan(TYPE, { config: { ...CONFIG, name: 'm' } });
    expect(sent('idempotency.list')).toHaveLength(1);
    expect(sent('idempotency.confirm')).toHaveLength(1);
  });

  test('a state that another server or tenant is asked for is kept, and reported', async () => {
    const { state, private: stored } = await provider.probe.create(TYPE, CONFIG);
    const who = Object(answers['identity.whoami']?.({}));
    answers['identity.whoami'] = () => ({ ...who, tenant: 'other' });
    answers['network.get'] = refuse('not-found');
    await configure('default');
    const read = () => provider.probe.read(TYPE, state ?? {}, stored);
    expect((await read()).diagnostics).toMatchObject([
      {
        severity: 'error',
        summary: 'Another server or tenant: read novacron_network "n"',
        detail: expect.stringContaining(`${NET} from tenant t, but`),
      },
    ]);
    answers['identity.whoami'] = () => who;
    await configure('default');
    expect((await read()).diagnostics).toMatchObject([{ severity: 'warning' }]);
  });

  describe('another server or tenant', () => {
    let made: Awaited<ReturnType<Agreeable['provider']['probe']['create']>>;
    const ask = (tenant: string) => {
      const who = Object(answers['identity.whoami']?.({}));
      answers['identity.whoami'] = () => ({ ...who, tenant });
      return configure('default');
    };
    const startOf = (config: object | null) => ({
      prior: made.state,
      config,
      private: made.private,
    });
    const CHANGES = [
      ['delete', null],
      ['update', { ...CONFIG, name: 'm' }],
    ] as const;

    beforeEach(async () => {
      made = await provider.probe.create(TYPE, CONFIG);
    });

    test.each([...CHANGES, ['plan', CONFIG]])('is not asked to plan a %s', async (_, config) => {
      await ask('other');
      expect((await provider.probe.plan(TYPE, startOf(config))).diagnostics).toEqual([]);
      answers['network.get'] = refuse('not-found');
      await configure('default');
      expect((await provider.probe.plan(TYPE, startOf(config))).diagnostics).toMatchObject([
        { severity: 'error', summary: 'Another server or tenant: plan novacron_network "n"' },
      ]);
    });

    test.each(CHANGES)('does not apply the plan of a %s', async (verb, config) => {
      const start = startOf(config);
      const plan = await provider.probe.plan(TYPE, start);
      answers[`network.${verb}`] = refuse('not-found');
      await ask('other');
      expect(await provider.probe.apply(TYPE, start, plan)).toMatchObject({
        state: made.state,
        diagnostics: [
          { severity: 'error', summary: `Another server or tenant: ${verb} novacron_network "n"` },
        ],
      });
    });
  });

  test('a change of a resource deleted since its plan reports who deleted it', async () => {
    const start = { prior: STATE, config: { ...CONFIG, name: 'm' } };
    const plan = await provider.probe.plan(TYPE, start);
    answers['network.update'] = refuse('not-found');
    const apply = async () => (await provider.probe.apply(TYPE, start, plan)).diagnostics;
    const remedy =
      'Run a new plan: it recreates the resource, or removes it from the state with its block.';
    expect(await apply()).toMatchObject([{ detail: `No.\n\n${remedy}` }]);
    const cause = { principal: 'a', client: 'cli', request_id: 'r', at: NETWORK.created_at };
    const about = { resource_kind: 'network', resource_id: NET, resource_name: 'n' };
    const explanation = ['network n is gone: deleted by a', 'Apply to create it again.'];
    const deleted = [{ ...about, severity: 'critical', cause, explanation }];
    answers['drift.report'] = () => ({ items: [], deleted });
    expect(await apply()).toMatchObject([
      { detail: `network n is gone: deleted by a.\n\n${remedy}` },
    ]);
  });

  test('states hold no key of a create', async () => {
    const { private: stored } = await provider.probe.create(TYPE, CONFIG);
    const values = { desired_revision: expect.any(String), tenant: 't' };
    expect(JSON.parse(stored.toString())).toEqual({ values });
  });

  test('waits as long as its timeouts say, and keeps what goes on at the server', async () => {
    answers['operation.wait'] = () => operation('running', { progress_percent: 40 });
    const config = { ...CONFIG, timeouts: { create: '1s', update: null, delete: null } };
    const plan = await provider.probe.plan(TYPE, { config });
    const { state, diagnostics } = await provider.probe.apply(TYPE, { config }, plan);
    expect(state).toMatchObject({ id: NET, timeouts: { create: '1s' } });
    expect(diagnostics).toMatchObject([
      {
        severity: 'error',
        summary: 'Timeout after 1s: create novacron_network "n"',
        detail: expect.stringMatching(/40 percent complete.*It is tainted in the state.*untaint/s),
      },
    ]);
  });

  test('other timeouts are kept without a word to the server', async () => {
    const { state } = await provider.probe.create(TYPE, CONFIG);
    const before = server.batches.length;
    const config = { ...CONFIG, timeouts: { create: null, update: '1h30m', delete: null } };
    const start = { prior: state, config };
    const changed = await provider.probe.apply(TYPE, start, await provider.probe.plan(TYPE, start));
    expect(changed).toMatchObject({
      state: { timeouts: { update: '1h30m' } },
      diagnostics: [],
    });
    expect(server.batches).toHaveLength(before);
    expect(await provider.probe.read(TYPE, changed.state ?? {})).toMatchObject({
      state: changed.state,
    });
  });

  test.each([
    ['soon', 'must be a duration such as 90s, 20m or 1h30m'],
    ['5ms', 'must be at least 1s'],
  ])('a timeout of %s is refused', async (create, message) => {
    const timeouts = { create, update: null, delete: null };
    expect(await provider.probe.validate(TYPE, { ...CONFIG, timeouts })).toMatchObject([
      { severity: 'error', attribute: 'timeouts', detail: expect.stringContaining(message) },
    ]);
  });

  test('a failed operation is an error and leaves nothing in the state', async () => {
    const found = problem('operation-failed', { detail: 'Node died.', remedy: 'Again.' });
    answers['operation.wait'] = () => operation('failed', { problem: toProblemDocument(found) });
    const plan = await provider.probe.plan(TYPE, { config: CONFIG });
    const { state, diagnostics } = await provider.probe.apply(TYPE, { config: CONFIG }, plan);
    expect(state).toBeNull();
    expect(diagnostics).toMatchObject([
      {
        severity: 'error',
        summary: 'The operation failed: create novacron_network "n"',
        detail: 'Node died.\n\nAgain.',
      },
    ]);
  });

  test('an interrupted wait leaves what exists in the state', async () => {
    const plan = await provider.probe.plan(TYPE, { config: CONFIG });
    let stopping: Promise<unknown> | undefined;
    answers['operation.wait'] = () => {
      stopping ??= provider.probe.connection.call('stopProvider', {});
      return operation('running');
    };
    const { state, diagnostics } = await provider.probe.apply(TYPE, { config: CONFIG }, plan);
    expect(state).toMatchObject({ id: NET, name: 'n' });
    expect(diagnostics).toMatchObject([
      {
        summary: 'Interrupted: create novacron_network "n"',
        detail: expect.stringMatching(/continues on the server.*terraform untaint/s),
      },
    ]);
    await stopping;
  });

  test('an update sends what changes and null for what goes away', async () => {
    const { dns_servers: _gone, ...config } = { ...CONFIG, name: 'm' };
    const start = { prior: STATE, config };
    const plan = await provider.probe.plan(TYPE, start);
    expect(plan).toMatchObject({ replaces: [], diagnostics: [] });
    answers['network.get'] = () => ({ ...NETWORK, name: 'm', dns_servers: null });
    const { state } = await provider.probe.apply(TYPE, start, plan);
    expect(state).toMatchObject({ id: NET, name: 'm', dns_servers: null });
    expect(sent('network.update')).toEqual([{ id: NET, name: 'm', dns_servers: null }]);
  });

  test('a replacement previews the end of the old one and then the new one', async () => {
    const config = { ...CONFIG, cidr: '10.1.0.0/16' };
    const first = await provider.probe.plan(TYPE, { prior: STATE, config });
    expect(first.replaces).toEqual(['cidr']);
    await provider.probe.plan(TYPE, { config });
    expect(sent('admission.preview').map(({ operation: name }) => name)).toEqual([
      'network.delete',
      // Whether another network has the new range: asked before the old one is lost.
      'network.create',
      'network.create',
    ]);
  });

  test('a replacement that is refused is called one, not a create', async () => {
    const config = { ...CONFIG, cidr: '10.1.0.0/16' };
    answers['admission.preview'] = ({ operation: name }) => {
      const fields = [{ path: ['cidr'], message: 'is not usable' }];
      const found = problem('validation-failed', { detail: 'No.', remedy: 'Ask.', fields });
      const isCreate = name === 'network.create';
      return { ...ALLOWED, problems: isCreate ? [toProblemDocument(found)] : [] };
    };
    await provider.probe.plan(TYPE, { prior: STATE, config });
    const { diagnostics } = await provider.probe.plan(TYPE, { config });
    expect(diagnostics).toMatchObject([
      {
        severity: 'error',
        summary: 'The configuration is not valid: replace novacron_network "n"',
        detail: 'cidr is not usable.',
      },
    ]);
  });

  test('deleting what is gone already is done', async () => {
    const start = { prior: STATE, config: null };
    const plan = await provider.probe.plan(TYPE, start);
    answers['network.delete'] = refuse('not-found');
    expect(await provider.probe.apply(TYPE, start, plan)).toMatchObject({
      state: null,
      diagnostics: [],
    });
    answers['network.delete'] = refuse('in-use');
    expect(await provider.probe.apply(TYPE, start, plan)).toMatchObject({
      state: { id: NET },
      diagnostics: [{ summary: 'Still in use: delete novacron_network "n"' }],
    });
  });

  test('an import takes an id or a name, and says what to do about neither', async () => {
    for (const word of [NET, 'n', 'name=n']) {
      // Each by a run of its own.
      await configure('default');
      expect((await provider.probe.import(TYPE, word)).state).toMatchObject({ id: NET });
    }
    expect(sent('network.list').map(({ name }) => name)).toEqual(['n', 'n']);
    answers['network.list'] = () => ({ items: [], next_cursor: null });
    expect((await provider.probe.import(TYPE, 'ghost')).diagnostics).toMatchObject([
      { severity: 'error', detail: expect.stringContaining('novacron network list') },
    ]);
  });

  describe('that is being deleted', () => {
    const STORAGE = 'novacron_storage';
    const VOLUME = {
      ...NETWORK,
      id: 'vol_00000000000000000000000001',
      size_gb: 5,
      attached_to: null,
      encrypted: false,
      status: 'deleting',
    };
    const read = () => provider.probe.read(STORAGE, { id: VOLUME.id, name: 'n', size_gb: 5 });

    test.each([
      ['is gone where that ends soon', 'succeeded', null, 'Not found on the server'],
      [
        'stays, with a warning, where it goes on',
        'running',
        { id: VOLUME.id },
        'Deletion in progr',
      ],
    ])('%s', async (_case, status, state, summary) => {
      answers['volume.get'] = () => VOLUME;
      answers['operation.list'] = () => ({ items: [operation('running')], next_cursor: null });
      answers['operation.wait'] = () => operation(status);
      const found = await read();
      expect(found.state).toEqual(state && expect.objectContaining(state));
      expect(found.diagnostics[0]).toMatchObject({
        severity: 'warning',
        summary: expect.stringContaining(summary),
      });
      expect(sent('operation.list')).toMatchObject([
        { target_id: VOLUME.id, kind: ['volume.delete'] },
      ]);
    });
  });

  test('an empty address of a VM leaves the one that the server has assigned', async () => {
    const config = { name: 'v', cpu_cores: 1, memory_gb: 1, disk_gb: 5, network_id: NET };
    const address = { network_id: NET, ip_address: '10.0.0.9', mac_address: '02:00:00:00:00:01' };
    const settled = { priority: 50, power_state: 'running', spot: false };
    const prior = {
      ...config,
      ...settled,
      id: 'vm_00000000000000000000000001',
      deletion_protection: false,
      ip_address: address.ip_address,
      network_interfaces: [address],
    };
    const plan = async (more: object) => {
      const start = { prior, config: { ...config, ip_address: '', ...more } };
      return (await provider.probe.plan('novacron_vm', start)).planned;
    };
    const { ip_address, network_interfaces } = prior;
    expect(await plan({})).toMatchObject({ ip_address, network_interfaces });
    expect(sent('admission.preview')).toEqual([]);
    const changed = { memory_gb: 2, ip_address, network_interfaces };
    expect(await plan({ memory_gb: 2 })).toMatchObject(changed);
    expect(sent('admission.preview')).toMatchObject([{ input: { memory_gb: 2 } }]);
    const moved = { network_id: 'net_00000000000000000000000002' };
    expect(await plan(moved)).toMatchObject({ ip_address: '', ...moved });
  });

  test('a failed read keeps the state and reports why', async () => {
    answers['network.get'] = refuse('forbidden');
    expect(await provider.probe.read(TYPE, STATE)).toMatchObject({
      state: STATE,
      diagnostics: [{ summary: 'Your role does not allow this: read novacron_network "n"' }],
    });
  });
});
