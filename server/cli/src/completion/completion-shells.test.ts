/** The completion scripts of zsh and fish, in these shells themselves. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runInProcess } from '../test-kit/run-in-process.ts';

/** Records the arguments with which the script calls `novacron`, and answers with `answer`. */
const ASKED = 'printf "%s\\n" $argv >asked; cat answer';

/** zsh outside its line editor: what completion adds to the list is printed. */
function zshTab(words: readonly string[]): readonly string[] {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `compdef() { : }
    novacron() { local -a argv=("$@"); ${ASKED} }
    _files() { print FILES }
    compadd() {
      [[ $1 != -l ]] || print -l -- "\${about[@]}" >shown
      shift "\${@[(i)--]}"
      local -a fitting=("\${(@M)argv:#\${words[CURRENT]}*}")
      (( \${#fitting} )) && print -l -- "\${fitting[@]}"
    }
    source ./zsh
    words=(${quoted}) CURRENT=${words.length}
    _novacron`;
  return ['-f', '-c', script];
}

function fishTab(words: readonly string[]): readonly string[] {
  const script = `function novacron; ${ASKED}; end
    source ./fish
    complete -C '${words.join(' ')}'`;
  return ['--no-config', '-c', script];
}

const SHELLS = [
  ['zsh', zshTab],
  ['fish', fishTab],
] as const;

let directory = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-shells-'));
  for (const [shell] of SHELLS) {
    const { stdout } = await runInProcess(['completion', shell]);
    writeFileSync(join(directory, shell), stdout);
  }
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each(SHELLS)('%s', (shell, tab) => {
  const { status } = spawnSync(shell, ['--version']);
  if (status !== 0) {
    test(`is not installed on this machine: its script is only read, not tried`, () => {
      const script = readFileSync(join(directory, shell), 'utf8');
      expect(script).toContain('__complete');
    });
    return;
  }

  function complete(line: string, answer: string) {
    writeFileSync(join(directory, 'answer'), answer);
    const options = { cwd: directory, encoding: 'utf8' } as const;
    const { stdout, stderr } = spawnSync(shell, tab(line.split(' ')), options);
    expect(stderr).toBe('');
    const found = stdout.split('\n').filter((each) => each !== '');
    return { found, asked: readFileSync(join(directory, 'asked'), 'utf8').split('\n') };
  }

  test('asks with the words before the current one, and offers what fits', () => {
    const { found, asked } = complete('novacron vm list --st', '--status\n--state\n--node\n');
    expect(asked.slice(0, 3)).toEqual(['__complete', '--current=--st', 'vm']);
    expect(found.map((each) => each.split('\t')[0]).sort()).toEqual(['--state', '--status']);
  });

  test('offers ids, and shows what they are about', () => {
    const answer = 'right_sizing:vm_1\tweb: 8 cores\nright_sizing:vm_2\tdb: 2 cores\n';
    const { found } = complete('novacron optimizer apply right_sizing:', answer);
    expect(found.map((each) => each.split('\t')[0])).toEqual([
      'right_sizing:vm_1',
      'right_sizing:vm_2',
    ]);
    const shown = shell === 'zsh' ? readFileSync(join(directory, 'shown'), 'utf8') : found.join();
    expect(shown).toContain('web: 8 cores');
  });

  test('offers files where no word follows', () => {
    const { found } = complete('novacron --api-key-file ', '');
    expect(found).toContain(shell === 'zsh' ? 'FILES' : 'asked');
  });
});
