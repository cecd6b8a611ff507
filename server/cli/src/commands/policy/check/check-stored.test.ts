import { afterEach, describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../../test-kit/run-in-process.ts';
import { POLICY_SAMPLES } from '../../../test-kit/sample-policies.ts';
import { type FakeServer, startFakeServer } from '../../../test-kit/start-fake-server.ts';

const [SAMPLE] = POLICY_SAMPLES.policy;
const IDS = ['pol_01jd3v6t7re3h8z9k2m4n5p6q8', 'pol_01jd3v6t7re3h8z9k2m4n5p6q9'] as const;

function policy(id: string, fields: object) {
  return { ...SAMPLE, id, type: 'resource', mismatches: [], ...fields };
}

const RIGHT = policy(IDS[0], {
  name: 'Right',
  rule: 'package right\n\ndeny contains "a" if input.resource.memory_gb > 64\n',
});

const OLD = policy(IDS[1], {
  name: 'Old',
  rule: 'package old\n\ndeny contains "a" if {\n\tx := input.resource.memory_bg\n}\n',
  mismatches: [{ row: 4, column: 7, message: 'input.resource.memory_bg is never defined.' }],
});

const CLOSED = policy(IDS[1], {
  name: 'Closed',
  type: 'access',
  rule: 'package closed\n\ndefault allow := false\n',
});

describe('policy check --stored', () => {
  let server: FakeServer;

  afterEach(() => server.close());

  async function check(policies: readonly { readonly id: string }[], ...argv: string[]) {
    server = await startFakeServer({
      'policy.list': () => ({ result: { items: policies, next_cursor: null } }),
      'policy.get': ({ id }) => ({ result: policies.find((each) => each.id === id) ?? {} }),
    });
    return runInProcess(['policy', 'check', '--stored', ...argv], {
      env: { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'ncr_test' },
    });
  }

  test('lists what a new text would be refused for, and the warnings', async () => {
    const done = await check([RIGHT, OLD]);
    expect(done.exitCode).toBe(1);
    expect(done.stdout).toBe(
      'Old:4:7: input.resource.memory_bg is never defined. [input-mismatch]\n' +
        'Old:4:2: warning: The variable x has a value that is used for nothing; remove it. ' +
        '[unused-variable]\n',
    );
    expect(done.stderr).toContain('2 policies checked: 1 would be refused, 0 with warnings only');
  });

  test('tries a policy as its settings say', async () => {
    const done = await check([CLOSED], '--output', 'json');
    expect(done.exitCode).toBe(1);
    expect(JSON.parse(done.stdout)).toMatchObject([
      { name: 'Closed', refused: [{ code: 'policy-trial', row: 1 }], warnings: [] },
    ]);
  });

  test('says that nothing is wrong', async () => {
    const done = await check([RIGHT]);
    expect(done).toMatchObject({ exitCode: 0, stdout: '1 policy checked: no problems\n' });
  });

  test('warns where the server could not say what a policy reads', async () => {
    const unread = { ...RIGHT, mismatches: null };
    const done = await check([unread]);
    expect(done.exitCode).toBe(0);
    expect(done.stdout).toContain('Right:1:1: warning: The server could not compile the rule now');
  });

  test('takes no files', async () => {
    const done = await check([RIGHT], 'policies');
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain("'--stored' checks the policies of the server");
  });
});
