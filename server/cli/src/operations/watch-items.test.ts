/** `--watch` and `--follow`: what is shown as things happen, and how it goes on and ends. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { runInProcess, type TestWorld } from '../test-kit/run-in-process.ts';
import { sampleId } from '../test-kit/sample-base.ts';
import { SAMPLES, sampleDocument } from '../test-kit/samples.ts';
import { splitWords } from '../test-kit/split-words.ts';
import {
  type FakeHandlers,
  type FakeServer,
  startFakeServer,
} from '../test-kit/start-fake-server.ts';

const [SAMPLE] = SAMPLES.vm;
const WEB = { ...SAMPLE, name: 'web' };
const DB = { ...SAMPLE, id: sampleId('vm', 1), name: 'db' };

let server: FakeServer | undefined;

afterEach(() => server?.close());

async function run(line: string, handlers: FakeHandlers, world: TestWorld = {}) {
  server = await startFakeServer(handlers);
  return runInProcess(splitWords(line), {
    env: { NOVACRON_ENDPOINT: server.endpoint },
    ...world,
  });
}

/** Something happens between two questions for events. */
const BUSY: FakeHandlers = {
  'event.list': (_params, turn) => ({
    result: { items: turn === 0 ? [] : [eventAt(turn)], last_position: turn },
  }),
};

function eventAt(position: number, type = 'vm.created') {
  return {
    id: sampleId('evt'),
    position,
    tenant_id: sampleId('tnt'),
    type,
    source: 'operations',
    target: sampleId('vm'),
    priority: 'normal',
    data: {},
    at: '2026-01-02T03:04:05.000Z',
  };
}

function lists(...pages: readonly (readonly object[])[]): FakeHandlers {
  return {
    ...BUSY,
    'vm.list': (_params, turn) => ({
      result: { items: pages[Math.min(turn, pages.length - 1)], next_cursor: null },
    }),
  };
}

const until = (text: string): TestWorld => ({
  interruptOn: ({ written = '' }) => written.includes(text),
});

const CHANGES = lists([WEB], [WEB], [{ ...WEB, status: 'stopped', updated_by: 'ann' }, DB], [DB]);

describe('--watch of a list', () => {
  test('shows all items, then those that differ, in the same columns', async () => {
    const line = 'vm list --watch --columns name,status,node';
    const { stdout, stderr, exitCode } = await run(line, CHANGES, until('deleted'));
    expect(stdout).toBe(
      'NAME  STATUS   NODE\n' +
        'web   running  node-03\n' +
        'web   stopped  node-03\n' +
        'db    running  node-03\n' +
        'web   deleted  node-03\n',
    );
    expect({ stderr, exitCode }).toEqual({ stderr: 'interrupted\n', exitCode: 130 });
  });

  test('writes what became of each item for programs', async () => {
    const { stdout } = await run('vm list -w -o json', CHANGES, until('deleted'));
    const lines = stdout.trimEnd().split('\n');
    const changes = lines.map((line) => JSON.parse(line));
    expect(changes.map(({ change, item }) => [change, item.name, item.status])).toEqual([
      ['added', 'web', 'running'],
      ['changed', 'web', 'stopped'],
      ['added', 'db', 'running'],
      ['deleted', 'web', 'stopped'],
    ]);
  });

  test('does not show an item again of which nothing shown has changed', async () => {
    const pages = lists([WEB], [{ ...WEB, revision: 99 }], [{ ...WEB, status: 'failed' }]);
    const line = 'vm list -w --no-headers --columns name,status';
    const { stdout } = await run(line, pages, until('failed'));
    expect(stdout).toBe('web  running\nweb  failed\n');
  });

  test('waits for the first item, and heeds filters', async () => {
    const pages = lists([], [WEB], [WEB, DB]);
    const line = 'vm list -w -o name --filter name=db';
    const { stdout, stderr } = await run(line, pages, until('db'));
    expect(stdout).toBe('db\n');
    expect(stderr).toBe('No VMs found. Watching.\ninterrupted\n');
  });

  test('goes on after a lost connection', async () => {
    const handlers: FakeHandlers = {
      ...BUSY,
      'vm.list': (_params, turn) => {
        // A read is repeated three times by itself.
        if (turn > 0 && turn < 6) return { connection: 'closed' };
        const vm = turn === 0 ? WEB : { ...WEB, status: 'stopped' };
        return { result: { items: [vm], next_cursor: null } };
      },
    };
    const line = 'vm list -w --no-headers --columns name,status';
    const { stdout, stderr } = await run(line, handlers, until('stopped'));
    expect(stdout).toBe('web  running\nweb  stopped\n');
    expect(stderr).toBe('Connection lost; trying again.\nConnected again.\ninterrupted\n');
  });

  test('reads the list now and then where the caller may not read events', async () => {
    const handlers: FakeHandlers = {
      ...lists([WEB], [{ ...WEB, status: 'stopped' }]),
      'event.list': () => ({ problem: sampleDocument('forbidden') }),
    };
    const line = 'vm list -w --no-headers --columns name,status';
    const { stdout, delaysMs } = await run(line, handlers, until('stopped'));
    expect(stdout).toBe('web  running\nweb  stopped\n');
    expect(delaysMs.filter((delayMs) => delayMs === 1_000)).toHaveLength(11);
  });

  test('ends with a problem that does not pass', async () => {
    const handlers: FakeHandlers = {
      ...BUSY,
      'vm.list': (_params, turn) =>
        turn === 0
          ? { result: { items: [WEB], next_cursor: null } }
          : { problem: sampleDocument('unauthenticated') },
    };
    expect(await run('vm list -w', handlers)).toMatchObject({ exitCode: 4 });
  });
});

test('--watch of one resource ends when it is deleted', async () => {
  const handlers: FakeHandlers = {
    ...BUSY,
    'vm.get': (_params, turn) =>
      turn < 2
        ? { result: turn === 0 ? WEB : { ...WEB, status: 'deleting' } }
        : { problem: sampleDocument('not-found') },
  };
  const { stdout, exitCode } = await run(`vm show ${WEB.id} --watch -o json`, handlers);
  const changes = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(changes.map(({ change, item }) => [change, item.status])).toEqual([
    ['added', 'running'],
    ['changed', 'deleting'],
    ['deleted', 'deleting'],
  ]);
  expect(exitCode).toBe(0);
});

describe('events --follow', () => {
  const LINE = 'events --follow --no-headers --columns position,type';

  test('shows the last events, then new ones from there on', async () => {
    const handlers: FakeHandlers = {
      'event.list': ({ order, limit, after_position: after }) => {
        if (order === 'newest' && limit === 1) return page([eventAt(7)]);
        if (order === 'newest') return page([eventAt(7), eventAt(6)]);
        return page(after === 7 ? [eventAt(8), eventAt(9, 'vm.deleted')] : []);
      },
    };
    const { stdout, exitCode } = await run(LINE, handlers, until('vm.deleted'));
    expect(stdout).toBe('6  vm.created\n7  vm.created\n8  vm.created\n9  vm.deleted\n');
    expect(exitCode).toBe(130);
    const asked = server?.calls.map(({ params }) => params) ?? [];
    expect(asked.slice(0, 3)).toEqual([
      { limit: 1, order: 'newest' },
      { limit: 10, order: 'newest', before_position: 8 },
      { limit: 1000, order: 'oldest', after_position: 7 },
    ]);
  });

  test('asks for one type and one target, and begins at a position', async () => {
    const handlers: FakeHandlers = {
      'event.list': ({ after_position: after }) => page(after === 3 ? [eventAt(4)] : []),
    };
    const flags = `--after-position 3 --type vm.created --target ${WEB.id}`;
    const { stdout } = await run(`${LINE} ${flags}`, handlers, until('4'));
    expect(stdout).toBe('4  vm.created\n');
    expect(server?.calls[0]?.params).toEqual({
      after_position: 3,
      order: 'oldest',
      limit: 1000,
      type: ['vm.created'],
      target: [WEB.id],
    });
  });

  test('resumes behind the last event after a lost connection', async () => {
    const handlers: FakeHandlers = {
      'event.list': ({ after_position: after }, turn) => {
        if (turn > 0 && turn < 6) return { connection: 'closed' };
        return page([eventAt(Number(after) + 1, after === 4 ? 'vm.last' : 'vm.created')]);
      },
    };
    const { stdout, stderr } = await run(`${LINE} --after-position 3`, handlers, until('vm.last'));
    expect(stdout).toBe('4  vm.created\n5  vm.last\n');
    expect(stderr).toBe('Connection lost; trying again.\nConnected again.\ninterrupted\n');
  });

  test('says that events were deleted meanwhile, and goes on', async () => {
    const handlers: FakeHandlers = {
      'event.list': ({ after_position: after, order }) => {
        if (order === 'newest') return page([eventAt(90)]);
        if (after === 3) return { problem: sampleDocument('resume-expired') };
        return page(after === 90 ? [eventAt(91)] : []);
      },
    };
    const { stdout, stderr } = await run(`${LINE} --after-position 3`, handlers, until('91'));
    expect(stdout).toBe('91  vm.created\n');
    expect(stderr).toContain('The server has deleted events after 3; going on at 90.\n');
  });

  test('writes a line of JSON for each event', async () => {
    const handlers: FakeHandlers = {
      'event.list': ({ after_position: after }) => page(after === 3 ? [eventAt(4)] : []),
    };
    const line = 'event list -f -o json --after-position 3';
    const { stdout } = await run(line, handlers, until('position'));
    expect(JSON.parse(stdout)).toMatchObject({ position: 4, type: 'vm.created' });
  });

  function page(items: readonly { readonly position: number }[]) {
    return { result: { items, last_position: items[0]?.position ?? 0 } };
  }
});
