import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import { ARTIFACT_PART_BYTES } from '@novacron/contract/automation/runner';
import { findIsolation } from '../../../../test/support/services/find-isolation.ts';
import { openRunnerBench, type RunnerBench } from '../test-kit/open-runner-bench.ts';

findIsolation();

const CONTENT = Buffer.from('a plan\0\n'.repeat(100_000));

let bench: RunnerBench;

beforeEach(() => {
  bench = openRunnerBench({ places: 1 });
  bench.start('start-1');
});

afterEach(async () => {
  await bench.close();
});

const sumsOf = (bytes: Buffer) => {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
};

const shell = (text: string) => ['sh', '-euc', text];

const LOAD = [{ artifact: 'fetch.source', ...sumsOf(CONTENT) }];

const put = (offset: number, bytes: Buffer) => {
  const data = bytes.toString('base64');
  return bench.artifact('check#1', { kind: 'put', artifact: 'fetch.source', offset, data });
};

describe('the artifacts of a step', () => {
  it('arrive before it begins, and what it saves is given until it is released', async () => {
    const order = {
      words: shell(`cd "$NOVACRON_ARTIFACTS"
        ! touch load/fetch.source 2>/dev/null
        ! touch load/other 2>/dev/null
        cp load/fetch.source save/copy
        : >save/empty`),
      artifacts: { load: LOAD, save: ['copy', 'empty'] },
    };
    expect(await bench.send(order)).toEqual({ kind: 'wanting', artifact: 'fetch.source' });
    // Its place is taken.
    expect(await bench.send({ attempt: 'other#1', step: 'other' })).toEqual({ kind: 'busy' });
    expect(await put(0, CONTENT.subarray(0, 500_000))).toEqual({ kind: 'done' });
    expect(await bench.send(order)).toEqual({ kind: 'wanting', artifact: 'fetch.source' });
    expect(await put(500_000, CONTENT.subarray(500_000))).toEqual({ kind: 'done' });
    expect(await bench.send(order)).toEqual({ kind: 'accepted' });
    expect(await bench.completed('check#1')).toMatchObject({
      kind: 'exited',
      code: 0,
      artifacts: {
        kind: 'saved',
        list: [
          { name: 'copy', ...sumsOf(CONTENT) },
          { name: 'empty', ...sumsOf(Buffer.alloc(0)) },
        ],
      },
    });
    expect(await bench.send({ attempt: 'other#1', step: 'other' })).toEqual({ kind: 'busy' });
    const parts: Buffer[] = [];
    for (const offset of [0, 1, 2, 3].map((at) => at * ARTIFACT_PART_BYTES)) {
      const get = { kind: 'get', artifact: 'copy', offset } as const;
      const answer = await bench.artifact('check#1', get);
      if (answer.kind === 'part') parts.push(Buffer.from(answer.data, 'base64'));
    }
    expect(Buffer.concat(parts).equals(CONTENT)).toBe(true);
    await bench.artifact('check#1', { kind: 'release' });
    const gone = await bench.artifact('check#1', { kind: 'get', artifact: 'copy', offset: 0 });
    expect(gone).toEqual({ kind: 'forgotten' });
    expect(await bench.send({ attempt: 'other#1', step: 'other' })).toEqual({ kind: 'accepted' });
  });

  it('begin nothing where they are damaged, out of order or too long', async () => {
    const order = { artifacts: { load: LOAD, save: [] } };
    expect(await put(0, CONTENT)).toEqual({ kind: 'forgotten' });
    await bench.send(order);
    expect(await put(1, CONTENT.subarray(1))).toEqual({ kind: 'forgotten' });
    expect(await put(0, Buffer.alloc(CONTENT.length))).toEqual({ kind: 'forgotten' });
    expect(await put(0, Buffer.alloc(CONTENT.length + 1))).toEqual({ kind: 'forgotten' });
    expect(await bench.send(order)).toEqual({ kind: 'wanting', artifact: 'fetch.source' });
    const long = [{ artifact: 'fetch.source', bytes: 17 * 2 ** 20, sha256: '' }];
    expect(await bench.send({ artifacts: { load: long, save: [] } })).toEqual({
      kind: 'not-understood',
      message:
        'The artifacts that check loads have 17 MiB, and its files may have 16 MiB: start the ' +
        'runner with a higher --scratch-mb.',
    });
  });

  test.each([
    ['true', 'has not saved its artifact plan: write it to /tmp/artifacts/save/plan'],
    ['mkdir plan', 'is not a file that it can read'],
    ['mkfifo plan', 'is not a file that it can read'],
    ['ln -s /etc/passwd plan', 'is a symbolic link'],
    ['truncate -s 67108865 plan', 'has more than 64 MiB: save less'],
    // Nothing runs any more when the file is read.
    [
      'echo x >plan; setsid sh -c "while :; do ln -sf /etc/passwd plan; done" &',
      /saved|symbolic link/,
    ],
  ])('are files that it writes: %s', async (text, message) => {
    const save = { artifacts: { load: [], save: ['plan'] } };
    await bench.send({ words: shell(`cd "$NOVACRON_ARTIFACTS/save"; ${text}`), ...save });
    const outcome = await bench.completed('check#1');
    expect(outcome).toMatchObject({ kind: 'exited', code: 0 });
    const said = JSON.stringify('artifacts' in outcome ? outcome.artifacts : undefined);
    expect(said).toMatch(typeof message === 'string' ? new RegExp(message) : message);
    expect(said).not.toContain(sumsOf(Buffer.from('root')).sha256);
  });
});
