import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import { createCommandFence } from './create-command-fence.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-command-fence-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Makes a fence whose program is a script; `$action` and `$plug` are what it was given. */
function fenceOf(script: string, timeoutMs = 20_000) {
  const program = join(directory, 'fence');
  const read = `while IFS= read -r line; do
  echo "$line" >> ${directory}/said
  case $line in action=*) action=\${line#action=} ;; plug=*) plug=\${line#plug=} ;; esac
done
`;
  writeFileSync(program, `#!/bin/sh\n${read}${script}\n`);
  chmodSync(program, 0o755);
  return createCommandFence({
    program,
    options: { ip: '10.0.0.1' },
    password: 'secret',
    plugs: { 'node-a': '17' },
    timeoutMs,
  });
}

const SWITCH = `state=$(dirname "$0")/state-$plug
case $action in
  off) echo off > "$state" ;;
  on) rm -f "$state" ;;
  status)
    if [ -e "$state" ]; then echo 'Status: OFF'; exit 2; fi
    echo 'Status: ON' ;;
esac`;

describe('a program that speaks as fence agents do', () => {
  test('cuts a node off and takes it back, and is read each time', async () => {
    const fence = fenceOf(SWITCH);
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'reaches' });
    expect(await fence.cutOff('node-a')).toEqual({ ok: true });
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'cut_off' });
    expect(await fence.read('node-b')).toEqual({ ok: true, value: 'reaches' });
    expect(await fence.restore('node-a')).toEqual({ ok: true });
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'reaches' });
  });

  test('is given its options on its input, and none as an argument', async () => {
    await fenceOf('exit $#').read('node-a');
    expect(readFileSync(join(directory, 'said'), 'utf8')).toBe(
      'ip=10.0.0.1\npasswd=secret\naction=status\nplug=17\nnodename=node-a\n',
    );
  });

  test('that says off and exits as for on is not believed, nor the other way round', async () => {
    expect(await fenceOf('echo "Status: OFF"; exit 0').read('node-a')).toEqual({
      ok: false,
      error: 'says OFF and ends with the code 0',
    });
    expect(await fenceOf('echo "Status: ON"; exit 2').read('node-a')).toEqual({
      ok: false,
      error: 'says ON and ends with the code 2',
    });
  });

  test('that claims success without doing anything is still read as on', async () => {
    const fence = fenceOf('[ $action = status ] && echo "Status: ON"; exit 0');
    expect(await fence.cutOff('node-a')).toEqual({ ok: true });
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'reaches' });
  });

  test.each([
    ['echo "Connection timed out" >&2; exit 1', 'says: Connection timed out'],
    ['exit 3', 'ended with the code 3'],
    ['kill -TERM $$', 'was ended by SIGTERM'],
  ])('that fails with %j is said so', async (script, error) => {
    const fence = fenceOf(script);
    expect(await fence.read('node-a')).toEqual({ ok: false, error });
    expect(await fence.cutOff('node-a')).toEqual({ ok: false, error });
  });

  test('that hangs is ended with its children, which keep its output open', async () => {
    const fence = fenceOf(`sleep 600 &\necho $! > ${directory}/child\nwait`, 1_000);
    expect(await fence.cutOff('node-a')).toEqual({
      ok: false,
      error: 'did not answer within 1 s',
    });
    const child = readFileSync(join(directory, 'child'), 'utf8').trim();
    await waitUntil('the end of the child', async () => !isRunning(child) || undefined);
  });

  test('that is missing is said so', async () => {
    const program = join(directory, 'none');
    const settings = { program, options: {}, password: undefined, plugs: {}, timeoutMs: 5_000 };
    expect(await createCommandFence(settings).read('node-a')).toEqual({
      ok: false,
      error: `cannot be asked: ${program} is missing`,
    });
  });
});

/** A process that was killed may be there until it is waited for. */
function isRunning(pid: string): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
