import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { createNovacronProvider } from '../../../provider/src/composition/novacron-provider.ts';
import type { SeenState } from '../../../provider/src/test-kit/provider-probe.ts';
import {
  type RunningProvider,
  startProvider,
} from '../../../provider/src/test-kit/start-provider.ts';

// A server of its own starts before the first test.
jest.setTimeout(60_000);

const TYPE = 'novacron_orchestration_policy';

const YAML = `apiVersion: orchestration/v1
kind: Policy
metadata:
  name: spread
spec:
  priority: 5
  rules:
    - name: r
      type: placement
      actions: [{ type: schedule, parameters: { strategy: spread, mode: soft } }]
`;

/** The same policy, spelled otherwise. */
const SPELLINGS = {
  'with a comment and other quotes': `# Why: racks fail.\n${YAML.replace('spread', '"spread"')}`,
  'with keys in another order': `kind: Policy\n${YAML.replace('kind: Policy\n', '')}`,
  'in JSON': JSON.stringify({
    spec: {
      rules: [
        {
          actions: [{ parameters: { mode: 'soft', strategy: 'spread' }, type: 'schedule' }],
          type: 'placement',
          name: 'r',
        },
      ],
      priority: 5,
    },
    metadata: { name: 'spread' },
    kind: 'Policy',
    apiVersion: 'orchestration/v1',
  }),
  'in the text form':
    'policy spread priority 5\n  rule r: placement\n    then schedule strategy=spread mode=soft\n',
} as const;

describe('orchestration policies in plans', () => {
  let novacron: RunningNovacron;
  let running: RunningProvider;

  beforeAll(async () => {
    novacron = await startNovacron();
    const { url, adminKey } = novacron;
    running = await startProvider(
      createNovacronProvider({ NOVACRON_ENDPOINT: url, NOVACRON_API_KEY: adminKey }),
    );
    expect(await running.probe.configure({})).toEqual([]);
  });
  afterEach(async () => {
    for (const { id } of (await novacron.expectOk('orchestration_policy.list', {})).items) {
      await novacron.expectOk('orchestration_policy.delete', { id });
    }
  });
  afterAll(async () => {
    await running.close();
    await novacron.stop();
  });

  const planOf = (made: SeenState | undefined, document: string, enabled: 'on' | 'off' = 'on') => {
    const config = { document, enabled: enabled === 'on' };
    const { state: prior = null, private: stored } = made ?? {};
    const start = { prior, config, ...(stored === undefined ? {} : { private: stored }) };
    return { start, plan: () => running.probe.plan(TYPE, start) };
  };

  test.each(Object.entries(SPELLINGS))('spelled %s plan nothing', async (_case, document) => {
    const made = await running.probe.create(TYPE, { document: YAML });
    const { planned, diagnostics } = await planOf(made, document).plan();
    expect({ planned, diagnostics }).toEqual({ planned: made.state, diagnostics: [] });
  });

  test('reformatted by another client are read unchanged, without drift', async () => {
    const made = await running.probe.create(TYPE, { document: YAML });
    const change = { id: made.state?.id as never, document: SPELLINGS['in JSON'] };
    await novacron.expectOk('orchestration_policy.update', change);
    const read = await running.probe.read(TYPE, made.state ?? {}, made.private);
    expect(read).toMatchObject({ state: made.state, diagnostics: [] });
    // One run does not import what its state holds.
    expect(await running.probe.configure({})).toEqual([]);
    const imported = await running.probe.import(TYPE, 'spread');
    const found = await running.probe.read(TYPE, imported.state ?? {}, imported.private);
    expect(found.state).toMatchObject({ name: 'spread', document: change.document });
    expect(await planOf(found, YAML).plan()).toMatchObject({
      planned: found.state,
      diagnostics: [],
    });
  });

  test('disabled and reformatted keep their text, name and version', async () => {
    const made = await running.probe.create(TYPE, { document: YAML });
    const { start, plan } = planOf(made, SPELLINGS['in JSON'], 'off');
    const planned = await plan();
    expect(planned.planned).toEqual({ ...made.state, enabled: false });
    const applied = await running.probe.apply(TYPE, start, planned);
    expect(applied).toMatchObject({ state: planned.planned, diagnostics: [] });
  });

  test('that say another thing are a new version, in place', async () => {
    const made = await running.probe.create(TYPE, { document: YAML });
    const { start, plan } = planOf(made, YAML.replace('priority: 5', 'priority: 6'));
    const planned = await plan();
    expect(planned).toMatchObject({ replaces: [], diagnostics: [] });
    const applied = await running.probe.apply(TYPE, start, planned);
    expect(applied).toMatchObject({ state: { version: 2, priority: 6 }, diagnostics: [] });
  });

  test('with a mistake are refused in the plan with line and column', async () => {
    const document = YAML.replace('strategy:', 'stratgy:');
    expect((await planOf(undefined, document).plan()).diagnostics).toMatchObject([
      {
        severity: 'error',
        detail: expect.stringContaining('line 10, column'),
        attribute: 'document',
      },
    ]);
  });

  test('that contradict another one say so in the plan, with who wins', async () => {
    await running.probe.create(TYPE, { document: YAML });
    const other = YAML.replace('name: spread', 'name: pack').replace(
      'strategy: spread',
      'strategy: pack',
    );
    expect((await planOf(undefined, other).plan()).diagnostics).toMatchObject([
      {
        severity: 'warning',
        summary: `Conflict with another policy: create ${TYPE}`,
        detail: expect.stringContaining('conflict about schedule.place'),
        attribute: 'document',
      },
    ]);
  });
});
