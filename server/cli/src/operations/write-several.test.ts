/** Deletes and other writes that lose something: what they show, ask and try. */
import { describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { runInProcess, type TestWorld } from '../test-kit/run-in-process.ts';
import { SAMPLES, sampleAnswer } from '../test-kit/samples.ts';
import { type FakeHandlers, startFakeServer } from '../test-kit/start-fake-server.ts';

const VM = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';
const OTHER = 'vm_01jd3v6t7re3h8z9k2m4n5p6q1';

async function run(words: string, world: TestWorld & { readonly handlers?: FakeHandlers } = {}) {
  const server = await startFakeServer(world.handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
  const ran = await runInProcess(words.split(' '), { ...world, env });
  await server.close();
  const sent = (method: string) =>
    server.calls.filter((call) => call.method === method).map(({ params }) => params);
  return { ...ran, sent };
}

const LOSS = 'its root disk is lost; volumes are detached';
const LINE = `Delete VM web-server-01 (${VM}, running): ${LOSS}`;

describe('a delete', () => {
  test('says on a terminal what is lost, and asks', async () => {
    const { exitCode, stderr, sent } = await run(`vm delete ${VM}`, { answer: 'yes' });
    expect(stderr).toContain(LINE);
    expect(stderr).toContain('Go ahead? Only "yes" is accepted: ');
    expect(sent('vm.delete')).toEqual([{ id: VM }]);
    expect(exitCode).toBe(0);
  });

  test.each(['', 'y', 'no'])('changes nothing where the answer is "%s"', async (answer) => {
    const { exitCode, stderr, sent } = await run(`vm delete ${VM}`, { answer });
    expect(stderr).toContain('Nothing was changed. Answer yes, or add --yes');
    expect(sent('vm.delete')).toEqual([]);
    expect(exitCode).toBe(1);
  });

  test.each([
    ['with --yes', `vm delete ${VM} --yes`, { answer: 'no' }],
    ['without a terminal', `vm delete ${VM}`, {}],
  ])('does not ask %s', async (_case, words, world) => {
    const { exitCode, stderr, sent } = await run(words, world);
    expect(stderr).not.toContain('Go ahead?');
    expect(sent('vm.delete')).toEqual([{ id: VM }]);
    expect(exitCode).toBe(0);
  });

  test('shows in a dry run what the server would say', async () => {
    const refusal = problem('in-use', { detail: 'It has volumes.', remedy: 'Detach them.' });
    const preview = sampleAnswer('admission.preview', {});
    const handlers: FakeHandlers = {
      'admission.preview': (_params, turn) => ({
        result: { ...preview, problems: turn === 0 ? [] : [toProblemDocument(refusal)] },
      }),
    };
    const fine = await run(`vm delete ${VM} --dry-run`, { handlers });
    expect(fine.stdout).toContain(LINE);
    expect(fine.stderr).toBe('Dry run: nothing was changed\n');
    expect(fine.exitCode).toBe(0);
    expect(fine.sent('admission.preview')).toEqual([
      { operation: 'vm.delete', input: { id: VM }, moment: 'apply' },
    ]);
    const both = await run(`vm delete ${VM} ${OTHER} --dry-run`, { handlers });
    expect(both.stderr).toContain('It has volumes.');
    expect(both.exitCode).toBe(1);
    expect([...fine.sent('vm.delete'), ...both.sent('vm.delete')]).toEqual([]);
  });
});

test.each([
  ['node confirm-dead node_01jd3v6t7re3h8z9k2m4n5p6q7 --force', 'node.confirm_dead'],
  ['node cut-off node_01jd3v6t7re3h8z9k2m4n5p6q7', 'node.cut_off'],
  ['node delete node_01jd3v6t7re3h8z9k2m4n5p6q7', 'node.delete'],
  ['node fence node_01jd3v6t7re3h8z9k2m4n5p6q7', 'node.fence'],
  ['snapshot restore snap_01jd3v6t7re3h8z9k2m4n5p6q7', 'snapshot.restore'],
  [`vm recover ${VM}`, 'vm.recover'],
  [`vm reset ${VM}`, 'vm.reset'],
  [`vm stop ${VM}`, 'vm.stop'],
] as const)('a dry run of "%s" is refused as the command is', async (words, operation) => {
  const refusal = problem('conflict', { detail: 'Node n1 is alive.', remedy: 'Power it off.' });
  const preview = sampleAnswer('admission.preview', {});
  const refused = await run(`${words} --dry-run`, {
    handlers: {
      'admission.preview': () => ({
        result: { ...preview, problems: [toProblemDocument(refusal)] },
      }),
    },
  });
  expect(refused.sent('admission.preview')).toMatchObject([{ operation }]);
  expect(refused.stderr).toContain('Node n1 is alive.');
  expect(refused.exitCode).toBe(1);
  expect(refused.sent(operation)).toEqual([]);
});

test('a delete names what only its list knows', async () => {
  const [key] = SAMPLES.api_key;
  const { stdout, exitCode } = await run(`api-key delete ${key.id} --dry-run`);
  expect(stdout).toBe(`Delete API key ${key.name} (${key.id})\n`);
  expect(exitCode).toBe(0);
});

test.each([
  ['vm stop', false],
  ['vm stop --force', true],
  ['vm reset', true],
  ['vm start', false],
])('%s asks: %s', async (words, asks) => {
  const { stderr } = await run(`${words} ${VM}`, { answer: 'no' });
  expect(stderr.includes('Go ahead?')).toBe(asks);
});

describe('several names', () => {
  test('are asked about once, and all are written', async () => {
    const { exitCode, stdout, stderr, sent } = await run(`vm delete ${VM} ${OTHER} ${VM}`, {
      answer: 'yes',
    });
    expect(stderr.match(/^Delete VM /gm)).toHaveLength(2);
    expect(stderr.match(/Go ahead\?/g)).toHaveLength(1);
    expect(sent('vm.delete')).toEqual([{ id: VM }, { id: OTHER }]);
    expect(stdout.split('\n').filter(Boolean)).toHaveLength(2);
    expect(exitCode).toBe(0);
  });

  test('are all tried where one fails, and the failures are listed', async () => {
    const refusal = toProblemDocument(
      problem('policy-denied', { detail: 'Not on Fridays.', remedy: 'Wait.' }),
    );
    const handlers: FakeHandlers = {
      'vm.stop': (params) =>
        params.id === VM
          ? { problem: { ...refusal } }
          : { result: sampleAnswer('vm.stop', params) },
    };
    const ran = await run(`vm stop ${VM} cliin-missing ${OTHER}`, { handlers });
    expect(ran.sent('vm.stop')).toEqual([{ id: VM }, { id: OTHER }]);
    expect(ran.stderr).toContain(`error: ${VM}: Not on Fridays. (policy-denied)\n`);
    expect(ran.stderr).toContain(
      'error: cliin-missing: VM "cliin-missing" not found. (not-found)\n',
    );
    expect(ran.stderr).toContain(`2 of 3 failed: cliin-missing, ${VM}\n`);
    expect(ran.stdout).toContain(`VM ${OTHER}: `);
    expect(ran.exitCode).toBe(1);
  });

  test('are one list for programs', async () => {
    const { stdout } = await run(`vm start ${VM} ${OTHER} --output json`);
    expect(JSON.parse(stdout)).toMatchObject([{ resource: { id: VM } }, { operation: {} }]);
  });

  test('do not share a revision, and an update takes one', async () => {
    const revision = await run(`vm delete ${VM} ${OTHER} --if-revision 3`);
    expect(revision.stderr).toContain('--if-revision is for a single resource');
    const update = await run(`vm update ${VM} ${OTHER} --memory-gb 8`);
    expect([revision.exitCode, update.exitCode]).toEqual([2, 2]);
  });
});

describe('drift remediate', () => {
  const words = `drift remediate ${VM} --action revert --no-wait`;

  test('shows its plan on a terminal and asks', async () => {
    const { sent, stderr } = await run(words, { answer: 'yes' });
    const asked = { action: 'revert', ids: [VM] };
    expect(sent('drift.remediate')).toEqual([{ ...asked, dry_run: true }, asked]);
    expect(stderr).toContain('Go ahead?');
    const refused = await run(words, { answer: 'no' });
    expect(refused.sent('drift.remediate')).toEqual([{ ...asked, dry_run: true }]);
    expect(refused.exitCode).toBe(1);
  });

  test('stays a dry run without a terminal', async () => {
    const { sent, stderr } = await run(words);
    expect(sent('drift.remediate')).toMatchObject([{ dry_run: true }]);
    expect(stderr).toContain('Dry run. Add --yes to apply');
  });
});
