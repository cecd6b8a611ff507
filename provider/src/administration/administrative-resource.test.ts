import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FEATURES, featureNames } from '@novacron/contract/access/feature';
import { quotaNames } from '@novacron/contract/access/tenant';
import { type Problem, problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { ALLOWED } from '../rpc/test-kit/agreeable-answers.ts';
import { type Agreeable, startAgreeable } from '../test-kit/start-agreeable.ts';

const TENANT = 'novacron_tenant';
const ROLE = 'novacron_role';
const ROLE_ID = 'role_00000000000000000000000009';
const TENANT_ID = 'tnt_00000000000000000000000009';

const AT = '2025-01-01T00:00:00.000Z';
const STAMPS = { created_at: AT, created_by: 'admin' };
const MORE = { ...STAMPS, tenant_id: TENANT_ID, updated_at: AT, updated_by: 'admin' };
const ROLE_CONFIG = { name: 'deployer', operations: ['*.get', 'vm.*'] };
const ROLE_ANSWER = {
  id: ROLE_ID,
  ...ROLE_CONFIG,
  description: null,
  built_in: false,
  allowed: [],
  revision: 3,
  ...MORE,
};
const DEFAULT_FEATURES = Object.fromEntries(
  featureNames().map((name) => [name, FEATURES[name].default === 'on']),
);
const everyQuota = (value: number | null) =>
  Object.fromEntries(quotaNames().map((name) => [name, value]));
const TENANT_ANSWER = {
  id: TENANT_ID,
  name: 'research',
  description: null,
  platform: false,
  quotas: { ...everyQuota(null), vms: 3 },
  usage: everyQuota(0),
  features: { ...DEFAULT_FEATURES, graphql: false },
  revision: 1,
  ...MORE,
};

const refuse = (found: Problem) => () => {
  throw found;
};
const mismatch = problem('revision-mismatch', { detail: 'At 4.', remedy: 'Read it again.' });

describe('an administrative object', () => {
  let { server, provider, answers, sent, close }: Agreeable = {} as Agreeable;

  beforeEach(async () => {
    ({ server, provider, answers, sent, close } = await startAgreeable());
    answers['role.create'] = () => ({ resource: ROLE_ANSWER });
    answers['role.get'] = () => ROLE_ANSWER;
    answers['role.update'] = (input) => ({ resource: { ...ROLE_ANSWER, ...input, revision: 4 } });
    answers['tenant.create'] = () => ({ resource: TENANT_ANSWER });
    answers['tenant.update'] = () => ({ resource: TENANT_ANSWER });
    await configure();
  });
  afterEach(() => close());

  const configure = () => provider.probe.configure({ endpoint: server.url, api_key: 'k' });

  async function attempt(type: string, config: object) {
    const plan = await provider.probe.plan(type, { config });
    return provider.probe.apply(type, { config }, plan);
  }

  async function change(type: string, config: object, from: object) {
    const { state, private: stored } = await provider.probe.create(type, from);
    const start = { prior: state, config, private: stored };
    const plan = await provider.probe.plan(type, start);
    return { plan, applied: await provider.probe.apply(type, start, plan) };
  }

  test('is created once, under the claim of the run', async () => {
    const { state, diagnostics } = await provider.probe.create(ROLE, ROLE_CONFIG);
    expect(diagnostics).toEqual([]);
    expect(state).toEqual({ id: ROLE_ID, ...ROLE_CONFIG, description: null, ...STAMPS });
    const [create] = sent('role.create');
    expect(create).toMatchObject({ ...ROLE_CONFIG, claim: expect.any(String) });
    expect(create?.idempotency_key).toMatch(/^tf-/);
    const claimed = { claim: create?.claim, keys: [create?.idempotency_key] };
    expect(sent('idempotency.deliver')).toEqual([claimed]);
    const [preview] = sent('admission.preview');
    const { claim: _claim, ...input } = create ?? {};
    const session = expect.any(String);
    expect(preview).toEqual({ operation: 'role.create', input, unknown: [], session });
  });

  test('is not in the state where another run has it', async () => {
    answers['idempotency.deliver'] = ({ keys }) => ({ delivered: 0, refused: keys });
    const { state, diagnostics } = await attempt(ROLE, ROLE_CONFIG);
    expect(state).toBeNull();
    expect(diagnostics).toMatchObject([{ detail: expect.stringContaining('Another run') }]);
  });

  test('asks for no API key with a tenant', async () => {
    const plain = { ...TENANT_ANSWER, quotas: everyQuota(null), features: DEFAULT_FEATURES };
    answers['tenant.create'] = () => ({ resource: plain });
    await provider.probe.create(TENANT, { name: 'research' });
    expect(sent('tenant.create')).toMatchObject([{ first_key: 'none' }]);
  });

  test('sends only the quotas and features that change', async () => {
    await change(
      TENANT,
      { name: 'research', quotas: { vms: 4 } },
      { name: 'research', quotas: { vms: 3 }, features: { graphql: false } },
    );
    expect(sent('tenant.update')).toEqual([
      { id: TENANT_ID, if_revision: 1, quotas: { vms: 4 }, features: { graphql: null } },
    ]);
  });

  test('is updated only if what the plan was made from is still there', async () => {
    answers['role.update'] = refuse(mismatch);
    answers['role.get'] = () => ({ ...ROLE_ANSWER, operations: ['network.*'], revision: 4 });
    const { applied } = await change(ROLE, { ...ROLE_CONFIG, operations: ['vm.get'] }, ROLE_CONFIG);
    expect(sent('role.update')).toMatchObject([{ if_revision: 3, operations: ['vm.get'] }]);
    expect(applied.diagnostics).toMatchObject([
      { severity: 'error', detail: expect.stringContaining('["*.get","vm.*"] -> ["network.*"]') },
    ]);
  });

  test('is updated after a change of what the plan does not depend on', async () => {
    const update = answers['role.update'];
    answers['role.get'] = () => ({ ...ROLE_ANSWER, revision: 4 });
    answers['role.update'] = (input) => {
      if (input.if_revision !== 4) throw mismatch;
      return update?.(input);
    };
    const { applied } = await change(ROLE, { ...ROLE_CONFIG, description: 'x' }, ROLE_CONFIG);
    expect(applied).toMatchObject({ state: { description: 'x' }, diagnostics: [] });
    expect(sent('role.update').map(({ if_revision }) => if_revision)).toEqual([3, 4]);
  });

  test('with another order or spelling is not changed', async () => {
    const { state, private: stored } = await provider.probe.create(TENANT, {
      name: 'research',
      quotas: { vms: 3 },
      features: { graphql: false, tokens: true },
    });
    const config = { name: 'research', quotas: { vms: 3 }, features: { graphql: false } };
    const start = { prior: state, config, private: stored };
    const plan = await provider.probe.plan(TENANT, start);
    await provider.probe.apply(TENANT, start, plan);
    expect(sent('tenant.update')).toEqual([]);
  });

  test.each([
    ['a temporary refusal is a warning', 'in-use', 'warning'],
    ['the denial of a policy is an error', 'policy-denied', 'error'],
  ] as const)('that is deleted: %s', async (_what, code, severity) => {
    const { state, private: stored } = await provider.probe.create(ROLE, ROLE_CONFIG);
    const found = problem(code, { detail: 'Keys have it.', remedy: 'Delete them.' });
    answers['admission.preview'] = () => ({ ...ALLOWED, problems: [toProblemDocument(found)] });
    const start = { prior: state, config: null, private: stored };
    const { diagnostics } = await provider.probe.plan(ROLE, start);
    expect(diagnostics).toMatchObject([{ severity, detail: expect.stringContaining('Keys') }]);
  });

  test('is not taken for deleted by another server or tenant', async () => {
    const { state, private: stored } = await provider.probe.create(ROLE, ROLE_CONFIG);
    const start = { prior: state, config: null, private: stored };
    const plan = await provider.probe.plan(ROLE, start);
    const who = Object(answers['identity.whoami']?.({}));
    answers['identity.whoami'] = () => ({ ...who, tenant: 'other' });
    await configure();
    const gone = refuse(problem('not-found', { detail: 'No.', remedy: 'Ask.' }));
    Object.assign(answers, { 'role.get': gone, 'role.delete': gone, 'role.update': gone });
    const summary = (doing: string) =>
      `Another server or tenant: ${doing} novacron_role "deployer"`;
    const applied = await provider.probe.apply(ROLE, start, plan);
    expect(applied).toMatchObject({ state, diagnostics: [{ summary: summary('delete') }] });
    for (const config of [null, ROLE_CONFIG, { ...ROLE_CONFIG, description: 'x' }]) {
      const { diagnostics } = await provider.probe.plan(ROLE, { ...start, config });
      expect(diagnostics).toMatchObject([{ severity: 'error', summary: summary('plan') }]);
    }
  });

  test('that is replaced may take over its own name', async () => {
    const { state, private: stored } = await provider.probe.create(ROLE, ROLE_CONFIG);
    const taken = problem('name-taken', {
      detail: 'It exists.',
      remedy: 'Choose another.',
      data: { resource_id: ROLE_ID },
    });
    await configure();
    await provider.probe.plan(ROLE, { prior: state, config: ROLE_CONFIG, private: stored });
    answers['admission.preview'] = () => ({ ...ALLOWED, problems: [toProblemDocument(taken)] });
    const { diagnostics } = await provider.probe.plan(ROLE, { config: ROLE_CONFIG });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test.each([
    ['of which nothing is known is a warning', {}, ['warning']],
    ['which the plan frees is planned', { given_up: true }, []],
  ])('renamed onto a name %s', async (_case, more, severities) => {
    const config = { quotas: { vms: 3 }, features: { graphql: false } };
    const { state, private: stored } = await provider.probe.create(TENANT, {
      name: 'research',
      ...config,
    });
    const taken = problem('name-taken', {
      detail: 'It exists.',
      remedy: 'Choose another.',
      data: { resource_id: 'tnt_00000000000000000000000008', ...more },
    });
    await configure();
    answers['admission.preview'] = () => ({ ...ALLOWED, problems: [toProblemDocument(taken)] });
    const renamed = { prior: state, config: { name: 'sales', ...config }, private: stored };
    const { diagnostics } = await provider.probe.plan(TENANT, renamed);
    expect(diagnostics.map(({ severity }) => severity)).toEqual(severities);
  });
});
