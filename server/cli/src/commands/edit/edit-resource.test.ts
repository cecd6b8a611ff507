import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { editText } from '../../io/edit-text.ts';
import { runInProcess, type TestWorld } from '../../test-kit/run-in-process.ts';
import { sampleAnswer } from '../../test-kit/samples.ts';
import { type FakeHandlers, startFakeServer } from '../../test-kit/start-fake-server.ts';

const VM = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';

async function run(words: string, world: TestWorld & { readonly handlers?: FakeHandlers } = {}) {
  const server = await startFakeServer(world.handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
  const ran = await runInProcess([...words.split(' '), '--no-wait'], { ...world, env });
  await server.close();
  const updates = server.calls.filter(({ method }) => method.endsWith('.update'));
  return { ...ran, updates: updates.map(({ params }) => params) };
}

describe('edit', () => {
  test('updates the fields that were changed, against the revision that was shown', async () => {
    const edit = (text: string) => text.replace('memory_gb: 8', 'memory_gb: 16GB');
    const { exitCode, updates } = await run('edit vm web-server-01', { edit });
    expect(updates).toEqual([{ id: VM, memory_gb: 16, if_revision: 3 }]);
    expect(exitCode).toBe(0);
  });

  test('resets a field whose lines are removed', async () => {
    const edit = (text: string) => text.replace(/metadata:\n(?: .*\n)*/, '');
    const { updates } = await run('edit vm web-server-01', { edit });
    expect(updates).toEqual([{ id: VM, metadata: null, if_revision: 3 }]);
  });

  test.each([
    ['as it is', (text: string) => text, 'the text was not edited'],
    ['empty', () => '# nothing\n', 'the text is empty'],
    ['with another comment only', (text: string) => `# mine\n${text}`, 'every field is as it was'],
  ])(
    'changes nothing, which is no failure, where the text stays %s',
    async (_case, edit, words) => {
      const { exitCode, stderr, updates } = await run('edit vm web-server-01', { edit });
      expect(stderr).toContain(`Nothing was changed: ${words}`);
      expect({ exitCode, updates }).toEqual({ exitCode: 0, updates: [] });
    },
  );

  test('fails where invalid text stays as it is', async () => {
    const edit = (text: string, turn: number) =>
      turn === 0 ? text.replace('memory_gb: 8', 'memory_gb: much') : text;
    const { exitCode, stderr } = await run('edit vm web-server-01', { edit });
    expect(stderr).toContain('Nothing was changed: the text was not edited after the error');
    expect(exitCode).toBe(1);
  });

  test('opens invalid text again, with the reason above it', async () => {
    const seen: string[] = [];
    const edit = (text: string, turn: number) => {
      seen.push(text);
      if (turn === 0) return text.replace(/^memory_gb: 8/m, 'memory_bg: 16');
      if (turn === 1) return text.replace(/^memory_bg: 16/m, 'memory_gb: [');
      if (turn === 2) return text.replace(/^memory_gb: \[/m, 'memory_gb: much');
      return text.replace(/^memory_gb: much/m, 'memory_gb: 16');
    };
    const { updates } = await run('edit vm web-server-01', { edit });
    expect(seen[1]).toContain('# there is no field memory_bg; did you mean memory_gb?\n');
    expect(seen[2]).toMatch(/^# error:$/m);
    expect(seen[3]).toContain('# memory_gb: ');
    expect(updates).toEqual([{ id: VM, memory_gb: 16, if_revision: 3 }]);
  });

  test('merges with what someone else changed meanwhile', async () => {
    const mismatch = problem('revision-mismatch', {
      detail: 'It has revision 4.',
      remedy: 'Read.',
    });
    const vm = Object(sampleAnswer('vm.get', {}));
    const handlers: FakeHandlers = {
      'vm.get': (_params, turn) => ({
        result: turn === 0 ? vm : { ...vm, revision: 4, cpu_cores: 6 },
      }),
      'vm.update': (params, turn) =>
        turn === 0
          ? { problem: { ...toProblemDocument(mismatch) } }
          : { result: sampleAnswer('vm.update', params) },
    };
    const seen: string[] = [];
    const edit = (text: string, turn: number) => {
      seen.push(text);
      return turn === 0 ? text.replace('memory_gb: 8', 'memory_gb: 16') : `${text}\n`;
    };
    const { exitCode, updates } = await run('edit vm web-server-01', { edit, handlers });
    expect(seen[1]).toContain('# It has revision 4.');
    expect(seen[1]).toContain('cpu_cores: 6\nmemory_gb: 16\n');
    expect(updates.at(-1)).toEqual({ id: VM, memory_gb: 16, if_revision: 4 });
    expect(exitCode).toBe(0);
  });

  const conflicting = (theirs: object): FakeHandlers => {
    const mismatch = problem('revision-mismatch', { detail: 'It changed.', remedy: 'Read.' });
    const vm = Object(sampleAnswer('vm.get', {}));
    const refusal = { problem: { ...toProblemDocument(mismatch) } };
    return {
      'vm.get': (_params, turn) => ({
        result: turn === 0 ? vm : { ...vm, revision: 4, ...theirs },
      }),
      'vm.update': (params, turn) =>
        turn === 0 ? refusal : { result: sampleAnswer('vm.update', params) },
    };
  };

  test('keeps the labels that someone else has set meanwhile', async () => {
    const { tier, ...rest } = Object(sampleAnswer('vm.get', {})).metadata;
    const handlers = conflicting({ metadata: { ...rest, tier, team: 'payments' } });
    const edit = (text: string, turn: number) =>
      turn === 0 ? text.replace(`  tier: ${tier}\n`, '  tier: api\n') : `${text}\n`;
    const { updates } = await run('edit vm web-server-01', { edit, handlers });
    const metadata = { ...rest, tier: 'api', team: 'payments' };
    expect(updates.at(-1)).toEqual({ id: VM, metadata, if_revision: 4 });
  });

  test('names the field that both have changed, and its other value', async () => {
    const seen: string[] = [];
    const edit = (text: string, turn: number) => {
      seen.push(text);
      return turn === 0 ? text.replace('memory_gb: 8', 'memory_gb: 16') : text;
    };
    const handlers = conflicting({ memory_gb: 12 });
    await run('edit vm web-server-01', { edit, handlers });
    expect(seen[1]).toContain('# memory_gb was changed to 12 meanwhile.\n');
    expect(seen[1]).toContain('\nmemory_gb: 16\n');
  });

  test('stores a text that was edited and not sent, and says where', async () => {
    const edit = (text: string, turn: number) =>
      turn === 0 ? text.replace('memory_gb: 8', 'memory_gb: much') : text;
    const { exitCode, stderr, written, updates } = await run('edit vm web-server-01', { edit });
    expect({ exitCode, updates }).toEqual({ exitCode: 1, updates: [] });
    expect(stderr).toContain('Your text is in /tmp/kept/vm.yaml\n');
    expect(written['/tmp/kept/vm.yaml']).toContain('\nmemory_gb: much\n');
  });

  test('takes the kind and the name with a slash between them', async () => {
    const edit = (text: string) => text.replace('memory_gb: 8', 'memory_gb: 16');
    const { updates } = await run('edit vm/web-server-01', { edit });
    expect(updates).toEqual([{ id: VM, memory_gb: 16, if_revision: 3 }]);
  });

  test('of a kind that has no documents is refused', async () => {
    const { exitCode, stderr } = await run('edit node node-03');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is no kind node to edit; kinds: vm, ');
  });
});

test('rename gives another name', async () => {
  const { updates } = await run('vm rename web-server-01 cliin-web');
  expect(updates).toEqual([{ id: VM, name: 'cliin-web' }]);
});

describe('the editor', () => {
  test('gets a private file, with the flags of its command, and its text is returned', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'novacron-editor-'));
    const script = join(directory, 'editor');
    writeFileSync(script, '#!/bin/sh\nstat -c %a "$2" >>"$2"\necho "$1" >>"$2"\n');
    chmodSync(script, 0o755);
    const edited = await editText({ EDITOR: `${script} --wait` }, 'vm.yaml', 'name: a\n');
    rmSync(directory, { recursive: true });
    expect(edited).toEqual({ ok: true, value: 'name: a\n600\n--wait\n' });
  });

  test('that fails is reported', async () => {
    expect(await editText({ VISUAL: 'false' }, 'vm.yaml', '')).toEqual({
      ok: false,
      error: 'the editor false ended with 1',
    });
  });
});
