/** Executions as trees, and their progress. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { runInProcess, type TestWorld } from '../../test-kit/run-in-process.ts';
import { AUTOMATION_SAMPLES } from '../../test-kit/sample-automation.ts';
import { AT, type JsonFields, sampleId } from '../../test-kit/sample-base.ts';
import { runningOperation, sampleOperation } from '../../test-kit/sample-operation.ts';
import {
  type FakeHandlers,
  type FakeServer,
  startFakeServer,
} from '../../test-kit/start-fake-server.ts';

const ID = sampleId('op');

const TEXT = `name: provision
inputs: { name: string }
steps:
  - id: join
    needs: [ask, settle]
    task: vm.start
    with: { id: "\${steps.create.outputs.vm_id}" }
  - { id: create, task: vm.create, with: { name: "\${name}" }, outputs: { vm_id: resource.id } }
  - { id: settle, needs: [create], wait: 1m }
  - { id: ask, needs: [create], approval: { required: 2 } }
  - { id: last, needs: [join], wait: 1s }
  - { id: built, wait: { signal: image-built } }
`;

const NOT_BEGUN: JsonFields = {
  status: 'waiting',
  attempts: 0,
  operations: [],
  outputs: null,
  message: null,
  started_at: null,
  ended_at: null,
};

const at = (second: string) => `2026-01-02T03:04:0${second}Z`;

const begun = (status: string, changes: JsonFields): JsonFields => ({
  ...NOT_BEGUN,
  status,
  attempts: 1,
  started_at: at('0.000'),
  ...changes,
});

const STEPS: readonly JsonFields[] = [
  { id: 'join', kind: 'task', needs: ['ask', 'settle'], ...NOT_BEGUN },
  {
    id: 'create',
    kind: 'task',
    needs: [],
    ...begun('succeeded', {
      attempts: 2,
      operations: [ID],
      outputs: { vm_id: 'vm_\u001b[2J' },
      message: null,
      ended_at: at('2.500'),
    }),
  },
  {
    id: 'settle',
    kind: 'wait',
    needs: ['create'],
    ...begun('running', { started_at: at('2.500'), attempts: 2, message: 'the store is full' }),
  },
  { id: 'ask', kind: 'approval', needs: ['create'], ...begun('running', {}) },
  { id: 'last', kind: 'wait', needs: ['join'], ...NOT_BEGUN },
  {
    id: 'built',
    kind: 'wait',
    needs: [],
    ...begun('running', { signal: { name: 'image-built', until: AT } }),
  },
];

const EXECUTION: JsonFields = {
  ...AUTOMATION_SAMPLES.execution[0],
  workflow: 'provision',
  status: 'running',
  created_at: at('0.000'),
  finished_at: null,
  inputs: { name: 'web-1' },
  steps: STEPS,
};

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function run(line: string, handlers: FakeHandlers, world: TestWorld = {}) {
  server = await startFakeServer(handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint };
  const record = await runInProcess(line.split(' '), { env, ...world });
  return { ...record, calls: server.calls };
}

const HANDLERS: FakeHandlers = {
  'execution.get': () => ({ result: EXECUTION }),
  'workflow.get': () => ({ result: { ...AUTOMATION_SAMPLES.workflow[0], text: TEXT } }),
};

const INSPECT = `execution inspect ${ID}`;

test('inspect shows a step below the deepest of its needs, and why it waits', async () => {
  const { exitCode, stdout, calls } = await run(INSPECT, HANDLERS);
  expect(exitCode).toBe(0);
  expect(calls.map(({ method, params }) => [method, params])).toEqual([
    ['execution.get', { id: ID }],
    ['workflow.get', { id: sampleId('wf'), at_version: 2 }],
    ['approval.list', { subject_id: [ID], status: ['pending'], limit: 1000 }],
  ]);
  expect(stdout).toBe(`provision version 2: running for 5s, started by ann
inputs: {"name":"web-1"}
create [task]: succeeded in 2s (2 attempts)
│  in: {"task":"vm.create","with":{"name":"web-1"}}
│  out: {"vm_id":"vm_\\u001b[2J"}
│  operation: ${ID}
├─ settle [wait]: running for 2s (attempt 2)
│     in: {"wait":{"duration":"1m"}}
│     failed: the store is full
└─ ask [approval]: waiting for 5s for people: 1 of 2 have approved ${sampleId('apr')}, until ${AT}
   │  in: {"approval":{"required":2}}
   └─ join [task]: waiting for ask, settle (after ask, settle)
      │  in: {"task":"vm.start","with":{"id":"vm_\\u001b[2J"}}
      └─ last [wait]: waiting for join
            in: {"wait":{"duration":"1s"}}
built [wait]: waiting for 5s for the signal image-built until ${AT}
   in: {"wait":{"signal":"image-built"}}
`);
});

test('inspect has the same for programs', async () => {
  const { stdout } = await run(`${INSPECT} -o json`, HANDLERS);
  const { steps } = JSON.parse(stdout);
  expect(steps[0]).toMatchObject({
    id: 'join',
    waits_for: ['ask', 'settle'],
    approval: null,
    input: { task: 'vm.start' },
  });
  expect(steps[3]).toMatchObject({ id: 'ask', approval: { id: sampleId('apr'), approved: 1 } });
});

test('inspect leaves out what the caller may not read', async () => {
  const forbidden = {
    problem: { type: 'x', title: 'Forbidden', status: 403, code: 'forbidden', detail: 'No.' },
  };
  const { exitCode, stdout } = await run(INSPECT, {
    ...HANDLERS,
    'workflow.get': () => forbidden,
    'approval.list': () => forbidden,
  });
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain('in: ');
  expect(stdout).toContain('└─ ask [approval]: running for 5s');
});

test('inspect says who has paused it, and what begins once it is resumed', async () => {
  const paused = { paused_at: at('3.000'), paused_by: 'bob' };
  const steps = [{ id: 'a', kind: 'wait', needs: [], ...NOT_BEGUN }];
  const { stdout } = await run(INSPECT, {
    'execution.get': () => ({ result: { ...EXECUTION, ...paused, steps } }),
  });
  expect(stdout).toContain('\npaused for 2s, by bob\n');
  expect(stdout).toContain('\na [wait]: waiting until the execution is resumed\n');
});

test('inspect says who holds automation, and what begins once it is released', async () => {
  const held = {
    scope: 'tenant',
    reason: 'a playbook deletes too much',
    held_at: at('3.000'),
    held_by: 'bob',
    until: null,
  };
  const steps = [{ id: 'a', kind: 'wait', needs: [], ...NOT_BEGUN }];
  const { stdout } = await run(INSPECT, {
    'execution.get': () => ({ result: { ...EXECUTION, held, steps } }),
  });
  expect(stdout).toContain(
    `\nautomation is held since ${at('3.000')} by bob: a playbook deletes too much\n`,
  );
  expect(stdout).toContain('\na [wait]: waiting until automation is released\n');
});

test('inspect says who holds the concurrency group, and at what place it waits', async () => {
  const holders = [{ id: EXECUTION.id, workflow: 'deploy' }];
  const concurrency = { group: 'prod', limit: 2, when_busy: 'queue', place: 3, holders };
  const steps = [{ id: 'a', kind: 'wait', needs: [], ...NOT_BEGUN }];
  const { stdout } = await run(INSPECT, {
    'execution.get': () => ({
      result: { ...EXECUTION, queued_for: 'prod', concurrency, steps },
    }),
  });
  expect(stdout).toContain(
    `\ngroup: prod, waits at place 3, 1 holder of 2: ${EXECUTION.id} (deploy)\n`,
  );
  expect(stdout).toContain('\na [wait]: waiting for its turn in prod\n');
});

test('inspect shows what steps have started as trees, and the execution above', async () => {
  const child = sampleId('op').replace(/.$/, 'z');
  const above = { execution_id: ID, workflow: 'provision', step: 'make' };
  const make = {
    ...begun('running', { operations: [child] }),
    id: 'make',
    kind: 'workflow',
    needs: [],
  };
  const inner = { ...begun('running', {}), id: 'settle', kind: 'wait', needs: [] };
  const handlers: FakeHandlers = {
    'execution.get': (params) => ({
      result:
        params.id === child
          ? { ...EXECUTION, id: child, workflow: 'inner', part_of: above, steps: [inner] }
          : { ...EXECUTION, steps: [make] },
    }),
  };
  const { stdout } = await run(INSPECT, handlers);
  expect(stdout).toBe(`provision version 2: running for 5s, started by ann
inputs: {"name":"web-1"}
make [workflow]: running for 5s
   execution: ${child}
      inner version 2: running for 5s, started by ann
      inputs: {"name":"web-1"}
      settle [wait]: running for 5s
         in: {"wait":{"duration":"1m"}}
`);
  await server?.close();
  const part = await run(`execution inspect ${child}`, handlers);
  expect(part.stdout).toContain(`started by ann\npart of: ${ID} (provision), make\ninputs:`);
});

test('logs --follow writes what a command prints, and reads on where it was', async () => {
  const printed = (text: string, next: number, ended_at: string | null) => ({
    result: { step: 'a', attempt: 'a#1', text, next, dropped_bytes: 7, ended_at },
  });
  const { exitCode, stdout, stderr, calls } = await run(`execution logs ${ID} --step a --follow`, {
    'execution.logs': (_params, turn) =>
      turn === 0 ? printed('ready\n\u001b[2J', 10, null) : printed('done\n', 15, AT),
  });
  expect([exitCode, stdout, stderr]).toEqual([
    0,
    'ready\n\\u001b[2Jdone\n',
    '7 bytes came after the log was full.\n',
  ]);
  expect(calls.map(({ params }) => params)).toMatchObject([
    { step: 'a' },
    { step: 'a', attempt: 'a#1', from: 10 },
  ]);
});

const RUN = 'workflow run provision-web';

const answer = {
  resource: AUTOMATION_SAMPLES.workflow[0],
  operation: runningOperation(),
  warnings: [],
};

const steps = (...all: readonly (readonly [string, string, number])[]) =>
  all.map(([name, status, attempts]) => ({ name, status, attempts }));

const progress: FakeHandlers = {
  'workflow.run': () => ({ result: answer }),
  'operation.wait': (_params, turn) => ({
    result:
      turn === 0
        ? runningOperation({ steps: steps(['a', 'running', 1], ['b', 'waiting', 0]) })
        : turn === 1
          ? runningOperation({ steps: steps(['a', 'running', 2], ['b', 'waiting', 0]) })
          : sampleOperation({ steps: steps(['a', 'succeeded', 2], ['b', 'succeeded', 1]) }),
  }),
};

const LINES = ['a: running\n', 'a: running, attempt 2\n', 'a: succeeded, attempt 2\n'];

test('run --follow writes a line whenever a step begins or ends', async () => {
  const { exitCode, stderr, calls } = await run(`${RUN} --follow`, progress);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: `${LINES.join('')}b: succeeded\n`,
  });
  const waits = calls.filter(({ method }) => method === 'operation.wait');
  expect(waits[0]?.params).toMatchObject({ timeout_ms: 1_000 });
});

test('run shows the steps above the bar on a terminal', async () => {
  const { stderr } = await run(RUN, progress, { terminal: 'stderr' });
  const clear = '\r\u001b[K';
  expect(stderr).toContain(`${clear}${LINES[0]}${clear}vm.create web-server-01 [`);
  expect(stderr.endsWith(`${clear}${LINES[2]}b: succeeded\n${clear}`)).toBe(true);
});

test.each([
  ['--follow --quiet', 0, ''],
  ['--follow --no-wait', 2, '--follow and --no-wait cannot be used together'],
])('run %s', async (flags, exitCode, message) => {
  const record = await run(`${RUN} ${flags}`, progress);
  expect(record.exitCode).toBe(exitCode);
  expect(record.stderr).toContain(message);
  if (message === '') expect(record.stderr).toBe('');
});

test('run takes single inputs beside those in JSON', async () => {
  const line = `${RUN} --inputs {"size":2} --input name=web=1 --input big=true`;
  const { calls } = await run(line, progress);
  expect(calls.find(({ method }) => method === 'workflow.run')?.params).toMatchObject({
    inputs: { size: 2, name: 'web=1', big: 'true' },
  });
});

test.each([
  ['--input x', '--input must be NAME=VALUE, not x'],
  ['--input x=1 --input x=2', '--input gives x twice'],
  ['--inputs {"x":1} --input x=2', '--input and --inputs both give x'],
])('run %s is wrong usage', async (flags, message) => {
  const { exitCode, stderr, calls } = await run(`${RUN} ${flags}`, progress);
  expect([exitCode, calls]).toEqual([2, []]);
  expect(stderr).toContain(message);
});

test('inspect shows the items of a step below it, each with what it does', async () => {
  const text = `name: fleet
steps:
  - { id: boot, for_each: [vm_1, vm_2], task: vm.start, with: { id: "\${item}" } }
  - { id: done, needs: [boot], wait: 1s }
`;
  const steps = [
    { id: 'boot', kind: 'task', needs: [], ...begun('running', {}) },
    {
      id: 'boot[0]',
      kind: 'task',
      needs: ['boot'],
      of: 'boot',
      item: 'vm_1',
      ...begun('succeeded', { ended_at: at('1.000') }),
    },
    { id: 'boot[1]', kind: 'task', needs: ['boot'], of: 'boot', item: 'vm_2', ...NOT_BEGUN },
    { id: 'done', kind: 'wait', needs: ['boot'], ...NOT_BEGUN },
  ];
  const { exitCode, stdout } = await run(INSPECT, {
    'execution.get': () => ({ result: { ...EXECUTION, steps } }),
    'workflow.get': () => ({ result: { ...AUTOMATION_SAMPLES.workflow[0], text } }),
  });
  expect(exitCode).toBe(0);
  const [, tree = ''] = stdout.split('boot [task]');
  expect(tree.split('\n').slice(2)).toEqual([
    '├─ boot[0] [task]: succeeded in 1s',
    '│     item: "vm_1"',
    '│     in: {"task":"vm.start","with":{"id":"vm_1"}}',
    '├─ boot[1] [task]: waiting to begin',
    '│     item: "vm_2"',
    '│     in: {"task":"vm.start","with":{"id":"vm_2"}}',
    '└─ done [wait]: waiting for boot',
    '      in: {"wait":{"duration":"1s"}}',
    '',
  ]);
});

describe('workflow and runbook have what executions have', () => {
  test.each(['workflow inspect', 'runbook inspect', 'execution inspect'])('%s', async (words) => {
    const { exitCode, stdout } = await run(`${words} ${ID}`, {
      'execution.get': () => ({ result: EXECUTION }),
      'workflow.get': () => ({ result: AUTOMATION_SAMPLES.workflow[0] }),
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('create [task]: succeeded');
  });

  test('runbook list lists runbooks', async () => {
    const { calls } = await run('runbooks ls', {
      'workflow.list': () => ({ result: { items: [], next_cursor: null } }),
    });
    expect(calls.map(({ params }) => params)).toEqual([
      expect.objectContaining({ kind: 'runbook' }),
    ]);
  });

  test.each([
    ['runbook cancel', 'operation.cancel'],
    ['workflow retry', 'operation.retry'],
    ['execution cancel', 'operation.cancel'],
  ])('%s', async (words, operation) => {
    const { calls } = await run(`${words} ${ID}`, {});
    expect(calls.map(({ method }) => method)).toContain(operation);
  });
});

test('logs --follow writes what comes, of one attempt, until it has ended', async () => {
  const logs = [
    { text: '1 of 2\n', ended_at: null },
    { text: '2 of 2\n', ended_at: at('2.000') },
  ];
  let asked = 0;
  const { exitCode, stdout, calls } = await run(`workflow logs ${ID} --step read --follow`, {
    'execution.logs': () => ({
      result: { step: 'read', attempt: 'read#1', dropped_bytes: 0, ...logs[asked++] },
    }),
  });
  expect(exitCode).toBe(0);
  expect(stdout).toBe('1 of 2\n2 of 2\n');
  expect(calls.map(({ params }) => params)).toEqual([
    { id: ID, step: 'read' },
    { id: ID, step: 'read', attempt: 'read#1', from: '1 of 2\n'.length },
  ]);
});

describe('signal', () => {
  const SIGNAL = `execution signal ${ID} image-built`;
  const sent = (repeated: boolean): FakeHandlers => ({
    'execution.signal': () => ({
      result: {
        resource: EXECUTION,
        signal: { name: 'image-built', sent_at: AT, sent_by: 'ci' },
        repeated,
      },
    }),
  });

  test('sends what it is given, and says so', async () => {
    const { stdout, calls } = await run(`${SIGNAL} --data {"digest":"ab12"}`, sent(false));
    expect(calls.map(({ params }) => params)).toEqual([
      { id: ID, signal: 'image-built', data: { digest: 'ab12' } },
    ]);
    expect(stdout).toBe(`image-built was sent to provision (${ID})\n`);
  });

  test('says where one with the name came before', async () => {
    const { stdout } = await run(SIGNAL, sent(true));
    expect(stdout).toBe(`image-built was sent before, by ci at ${AT}: nothing has changed\n`);
  });
});
