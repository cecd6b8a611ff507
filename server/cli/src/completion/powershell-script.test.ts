/** The completion script of PowerShell, read as text: no suite has a `pwsh` to run it in. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { runInProcess } from '../test-kit/run-in-process.ts';

let script = '';

beforeAll(async () => {
  script = (await runInProcess(['completion', 'powershell'])).stdout;
});

/** The rows of one of its tables, by key. A literal of PowerShell doubles its quotes. */
function tableOf(name: string): ReadonlyMap<string, string> {
  const [, body = ''] = script.split(`  $${name} = @{\n`);
  const rows = body.slice(0, body.indexOf('\n  }')).split('\n');
  return new Map(
    rows.map((row) => {
      const [, key = '', value = ''] = /^ {4}'((?:[^']|'')*)' = '((?:[^']|'')*)'$/.exec(row) ?? [];
      return [key, value];
    }),
  );
}

describe('as text', () => {
  test('every row of its tables is a pair of literals, and every key is there once', () => {
    for (const name of ['steps', 'words', 'choices', 'names', 'further', 'valued']) {
      const rows = script.split(`  $${name} = @{\n`)[1]?.split('\n  }')[0]?.split('\n') ?? [];
      const keys = rows.map((row) => row.split("' = '")[0]?.toLowerCase());
      expect(new Set(keys).size).toBe(rows.length);
      expect([...tableOf(name)].length).toBe(rows.length);
    }
  });

  test('registers itself for the command', () => {
    expect(script).toContain('Register-ArgumentCompleter -Native -CommandName novacron');
  });

  test('leads through aliases, and offers flags, choices and names', () => {
    expect(tableOf('steps').get(':vol')).toBe('storage');
    expect(tableOf('steps').get('vm:rm')).toBe('vm delete');
    expect(tableOf('words').get('vm')?.split(' ')).toContain('migrate');
    expect(tableOf('words').get('vm create')?.split(' ')).toContain('--memory-gb');
    expect(tableOf('choices').get('storage create:--type')).toBe('ssd hdd nvme');
    expect(tableOf('names').get('vm show:show')).toBe('vm');
    expect(tableOf('names').get('vm create:--network')).toBe('network');
    expect(tableOf('further').get('vm delete')).toBe('vm');
    expect(tableOf('further').has('vm show')).toBe(false);
    expect(tableOf('valued').has('vm create:--user-data')).toBe(true);
  });

  test('has as many opening brackets as closing ones outside of literals', () => {
    const code = script.replace(/'(?:[^']|'')*'|"[^"]*"|^#.*$/gm, '');
    for (const [open = '', close = ''] of ['{}', '()', '[]'].map((pair) => [...pair])) {
      expect(code.split(open).length).toBe(code.split(close).length);
    }
  });
});
