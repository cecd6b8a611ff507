/** Lists: pages, limits, names that mean none or several, and cells for people. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Fields } from '../output/fields.ts';
import { renderRows } from '../output/render-table.ts';
import { runInProcess } from '../test-kit/run-in-process.ts';
import { sampleId } from '../test-kit/sample-base.ts';
import { AUDIT } from '../test-kit/sample-records.ts';
import { SAMPLES } from '../test-kit/samples.ts';
import {
  type FakeHandlers,
  type FakeServer,
  startFakeServer,
} from '../test-kit/start-fake-server.ts';

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function run(line: string, handlers: FakeHandlers) {
  server = await startFakeServer(handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint };
  const record = await runInProcess(line.split(' '), { env });
  return { ...record, params: server.calls.map(({ params }) => params) };
}

const [vm] = SAMPLES.vm;

/** Three pages of one VM each. */
const threePages: FakeHandlers = {
  'vm.list': (_params, turn) => ({
    result: {
      items: [{ ...vm, name: `vm-${turn}` }],
      next_cursor: turn < 2 ? `after-${turn}` : null,
    },
  }),
};

const event = {
  id: sampleId('evt'),
  tenant_id: sampleId('tnt'),
  type: 'vm.created',
  source: 'operations',
  target: sampleId('vm'),
  priority: 'normal',
  data: {},
  at: '2026-01-02T03:04:05.000Z',
};

describe('a list', () => {
  test('is read to its last page', async () => {
    const { exitCode, stdout, params } = await run('vm list --output json', threePages);
    expect(exitCode).toBe(0);
    const names: unknown = JSON.parse(stdout).map(({ name }: { name: string }) => name);
    expect(names).toEqual(['vm-0', 'vm-1', 'vm-2']);
    expect(params).toEqual([
      { limit: 1000 },
      { cursor: 'after-0', limit: 1000 },
      { cursor: 'after-1', limit: 1000 },
    ]);
  });

  test('of audit entries says which of them are damaged', async () => {
    const entry = AUDIT;
    const items = [entry, { ...entry, changes: {}, damaged: 'the changes were modified' }];
    const { stdout } = await run('audit list', {
      'audit.list': () => ({ result: { items, next_cursor: null } }),
    });
    expect(stdout.match(/ done(?:, entry damaged)? /g)).toEqual([
      ' done ',
      ' done, entry damaged ',
    ]);
  });

  test('ends at the limit of the person', async () => {
    const { stdout, params } = await run('vm list --limit 2 --output json', threePages);
    expect(JSON.parse(stdout)).toHaveLength(2);
    expect(params).toEqual([{ limit: 2 }, { cursor: 'after-0', limit: 1 }]);
  });

  test('of what happened begins with the newest, page after page', async () => {
    const { stdout, params } = await run('event list --limit 3 --output json', {
      'event.list': ({ before_position: before = 9 }) => ({
        result: { items: [{ ...event, position: Number(before) - 1 }], last_position: 0 },
      }),
    });
    // A page that is not full is the last one.
    expect(JSON.parse(stdout)).toMatchObject([{ position: 8 }]);
    expect(params).toEqual([{ order: 'newest', limit: 3 }]);
  });

  test('of what happened goes on before the last position', async () => {
    const page = (before: number, length: number) =>
      Array.from({ length }, (_, index) => ({ ...event, position: before - 1 - index }));
    const { stdout, params } = await run('event list --limit 1500 --output json', {
      'event.list': ({ before_position: before = 2001, limit }) => ({
        result: { items: page(Number(before), Number(limit)), last_position: 0 },
      }),
    });
    const positions: unknown[] = JSON.parse(stdout).map(({ position }: Fields) => position);
    expect([positions.length, positions[0], positions.at(-1)]).toEqual([1500, 2000, 501]);
    expect(params).toEqual([
      { order: 'newest', limit: 1000 },
      { order: 'newest', before_position: 1001, limit: 500 },
    ]);
  });

  test.each([
    ['operation list --limit 1', { order: 'newest', limit: 1 }],
    ['operation list --status stuck --limit 1', { status: 'stuck', order: 'newest', limit: 1 }],
    ['operation list --order oldest --limit 1', { order: 'oldest', limit: 1 }],
    ['event list --after-position 7 --limit 1', { after_position: 7, limit: 1 }],
  ])('of %s asks for that end', async (line, asked) => {
    const { params } = await run(line, {});
    expect(params).toEqual([asked]);
  });

  test('of events goes on behind the last position until nothing is left', async () => {
    const { stdout, params } = await run('event list --after-position 0 --output json', {
      'event.list': ({ after_position: after = 0 }) => ({
        result: {
          items: Number(after) < 3 ? [{ ...event, position: Number(after) + 1 }] : [],
          last_position: 3,
        },
      }),
    });
    expect(JSON.parse(stdout)).toHaveLength(3);
    expect(params.map((input) => input.after_position)).toEqual([0, 1, 2]);
  });

  test('names rows that the server cannot read, and shows the others', async () => {
    const damaged = [{ id: 'vm_1', detail: 'vm_1 in vms cannot be read: it is cut.' }];
    const { exitCode, stdout, stderr } = await run('vm list --output json', {
      'vm.list': () => ({ result: { items: [vm], next_cursor: null, damaged } }),
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(1);
    expect(stderr).toBe('damaged: vm_1 in vms cannot be read: it is cut.\n');
  });

  test('of a server that turns in circles is given up', async () => {
    const { exitCode, stderr } = await run('vm list', {
      'vm.list': () => ({ result: { items: [], next_cursor: 'again' } }),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('The server returns the same page of vm.list repeatedly.');
  });
});

describe('a name', () => {
  test('that several resources have is not guessed at', async () => {
    const { exitCode, stderr } = await run('operation list --target-id twin', {
      'vm.list': () => ({ result: { items: [{ ...vm, name: 'twin' }], next_cursor: null } }),
      'network.list': () => ({
        result: { items: [{ ...SAMPLES.network[0], name: 'twin' }], next_cursor: null },
      }),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'The name "twin" is ambiguous: VM vm_01jd3v6t7re3h8z9k2m4n5p6q7, ' +
        'network net_01jd3v6t7re3h8z9k2m4n5p6q7.',
    );
    expect(stderr).toContain('what to do: Use one of these IDs.');
  });

  test.each(['json', 'yaml'])(
    'that nothing has is reported as a document in %s',
    async (format) => {
      const { exitCode, stderr } = await run(`vm show missing --output ${format}`, {});
      expect(exitCode).toBe(1);
      // JSON is YAML, but not the other way round.
      expect(parse(stderr)).toMatchObject({ code: 'not-found', status: 404, errors: [] });
      expect(stderr.startsWith('{')).toBe(format === 'json');
    },
  );

  test('that nothing has is reported with the lists to look at', async () => {
    const { exitCode, stderr } = await run('audit list --resource-id missing', {});
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'VM, VM group, network, security group, volume, snapshot, template, SSH key, policy ' +
        'or orchestration policy "missing" not found.',
    );
    expect(stderr).toContain('`novacron storage list`');
  });

  test('of a resource is taken only if it is the whole name', async () => {
    const { exitCode } = await run('vm show web', {
      'vm.list': () => ({ result: { items: [vm], next_cursor: null } }),
    });
    expect(exitCode).toBe(1);
  });
});

describe('a table', () => {
  test('shows control characters instead of obeying them', () => {
    const text = renderRows('vm', [{ name: 'a\u001b[31m\u202eb\tc' }]);
    expect(text).toContain('a\\u001b[31m\\u202eb');
    for (const control of ['\u001b', '\u202e']) expect(text).not.toContain(control);
  });

  test('of an unknown noun shows its first plain fields', () => {
    const item = { id: 'x_1', name: 'one', size: 3, more: { deep: true } };
    expect(renderRows('novelty', [item])).toBe('ID   NAME  SIZE\nx_1  one   3\n');
  });
});
