/** The completion scripts of zsh and fish, in these shells themselves. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runInProcess } from '../test-kit/run-in-process.ts';

/** Records the arguments with which the script calls `novacron`, and answers with a single name. */
const ASKED = 'echo $argv >asked; echo web-server-01';

/** zsh outside its line editor: what completion adds to the list is printed. */
function zshTab(words: readonly string[]): readonly string[] {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `compdef() { : }
    novacron() { local -a argv=("$@"); ${ASKED} }
    _files() { print FILES }
    compadd() {
      shift
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
      for (const word of ['migrate', '--profile', 'complete-names']) expect(script).toContain(word);
    });
    return;
  }

  function complete(line: string): { readonly found: readonly string[]; readonly asked: string } {
    writeFileSync(join(directory, 'asked'), '');
    const options = { cwd: directory, encoding: 'utf8' } as const;
    const { stdout, stderr } = spawnSync(shell, tab(line.split(' ')), options);
    expect(stderr).toBe('');
    const found = stdout.split('\n').filter((each) => each !== '');
    return { found, asked: readFileSync(join(directory, 'asked'), 'utf8').trim() };
  }

  test.each([
    ['novacron ', 'vm'],
    ['novacron vm ', 'migrate'],
    ['novacron vm create --mem', '--memory-gb'],
    ['novacron volume create --type ', 'nvme'],
    ['novacron vm list --output ', 'yaml'],
    ['novacron vm show ', 'web-server-01'],
    ['novacron vm rm web-server-01 ', 'web-server-01'],
    ['novacron vm create --network ', 'web-server-01'],
  ])('completes "%s" to %s, and not to files', (line, word) => {
    const { found } = complete(line);
    expect(found.map((each) => each.split('\t')[0])).toContain(word);
    expect(found).not.toContain('FILES');
    expect(found).not.toContain('asked');
  });

  test.each(['novacron --api-key-file ', 'novacron vm create --user-data '])(
    'completes "%s" to files',
    (line) => {
      const { found } = complete(line);
      expect(found).toContain(shell === 'zsh' ? 'FILES' : 'asked');
      expect(found).not.toContain('vm');
      expect(found).not.toContain('--help');
    },
  );

  test('asks for names under the profile of the line', () => {
    expect(complete('novacron vm show ').asked).toBe('complete-names vm');
    expect(complete('novacron --profile prod vm show ').asked).toBe(
      'complete-names vm --profile prod',
    );
  });

  test('asks for none with an address, of which it may not know the key', () => {
    expect(complete('novacron --endpoint http://a vm show ')).toMatchObject({ asked: '' });
  });
});
