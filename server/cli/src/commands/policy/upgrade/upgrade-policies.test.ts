import { afterEach, describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../../test-kit/run-in-process.ts';
import { sampleId } from '../../../test-kit/sample-base.ts';
import { POLICY_SAMPLES } from '../../../test-kit/sample-policies.ts';
import { sampleAnswer } from '../../../test-kit/samples.ts';
import { type FakeServer, startFakeServer } from '../../../test-kit/start-fake-server.ts';

const [SAMPLE] = POLICY_SAMPLES.policy;
const OWNERS = { ...SAMPLE, name: 'Owners', language_level: 1 };
const NEW = { ...SAMPLE, id: 'pol_01jd3v6t7re3h8z9k2m4n5p6q8', name: 'New', language_level: 2 };

const PLAN = {
  id: OWNERS.id,
  name: 'Owners',
  language_level: 1,
  to_level: 2,
  expressions: [
    {
      row: 3,
      column: 10,
      text: 'allow if not blocked(input.x)',
      parts: ['input.x'],
      effect: 'refuses',
      explanation: 'Where input.x is undefined, level 2 refuses what level 1 allows.',
    },
  ],
  mistakes: [],
  replayed: 40,
  without_input: 2,
  without_data: 0,
  is_complete: true,
  changed: [
    {
      id: sampleId('pdec'),
      at: '2026-01-02T03:04:05.000Z',
      action: 'create_vm',
      user_id: 'ci',
      resource_kind: 'vm',
      resource_name: 'web-01',
      was: 'allow',
      becomes: 'deny',
      reasons: [],
    },
  ],
};

const SHOWN = `Owners: language level 1 to 2
  3:10: allow if not blocked(input.x)
    Where input.x is undefined, level 2 refuses what level 1 allows.
  1 of 40 recorded decisions change; 2 more have no recorded input
  2026-01-02T03:04:05.000Z create_vm web-01 by ci: allow -> deny
`;

describe('novacron policy upgrade', () => {
  let server: FakeServer;

  afterEach(() => server.close());

  async function upgrade(argv: readonly string[], plan: object = PLAN, answer?: string) {
    server = await startFakeServer({
      'policy.list': () => ({ result: { items: [OWNERS, NEW], next_cursor: null } }),
      'policy.upgrade_plan': () => ({ result: { ...PLAN, ...plan } }),
      'policy.upgrade': () => ({
        result: {
          ...sampleAnswer('policy.update', {}),
          resource: { ...OWNERS, version: 3, language_level: 2 },
        },
      }),
    });
    const done = await runInProcess(['policy', 'upgrade', ...argv], {
      env: { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'ncr_test' },
      ...(answer === undefined ? {} : { answer }),
    });
    const moved = server.calls.filter(({ method }) => method === 'policy.upgrade');
    return { ...done, moved: moved.map(({ params }) => params.id) };
  }

  test('shows what changes with --dry-run, of the policies at an earlier level', async () => {
    const done = await upgrade(['--dry-run']);
    expect(done).toMatchObject({ exitCode: 0, moved: [] });
    expect(done.stdout).toBe(`${SHOWN}1 policy to upgrade\n`);
  });

  test('moves them', async () => {
    const done = await upgrade(['--yes']);
    expect(done).toMatchObject({ exitCode: 0, moved: [OWNERS.id] });
    expect(done.stdout).toBe(`${SHOWN}Owners: version 3 at language level 2\n1 policy upgraded\n`);
  });

  test('asks on a terminal', async () => {
    const kept = await upgrade([], {}, 'no');
    expect(kept).toMatchObject({ exitCode: 1, moved: [] });
    expect(kept.stderr).toContain(SHOWN);
    expect(kept.stderr).toContain('Nothing was changed. Answer yes, or add --yes');
    await server.close();
    expect(await upgrade([], {}, 'yes')).toMatchObject({ exitCode: 0, moved: [OWNERS.id] });
  });

  test('leaves a policy whose text the newest level refuses', async () => {
    const mistakes = [{ row: 5, column: 2, message: 'There is no builtin re_match.' }];
    const done = await upgrade(['--yes'], { mistakes });
    expect(done).toMatchObject({ exitCode: 1, moved: [] });
    expect(done.stdout).toContain('  5:2: There is no builtin re_match.\n');
    expect(done.stderr).toContain('1 policy to correct first');
  });

  test('says of a policy at the newest level that it is there', async () => {
    const there = { name: 'New', language_level: 2, expressions: [], changed: [] };
    const done = await upgrade([NEW.id], there);
    expect(done).toMatchObject({ exitCode: 0, moved: [] });
    expect(done.stdout).toBe('New is at language level 2\n0 policies to upgrade\n');
  });
});
