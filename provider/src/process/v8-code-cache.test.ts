import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { compileWithCodeCache } from './v8-code-cache.ts';

const TEXT = '(function (exports, require, module) { module.exports = 6 * 7; })';

describe('a part', () => {
  let base: string;
  let kept: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'novacron-parts-'));
    kept = join(base, 'novacron', 'provider');
  });
  afterEach(() => rmSync(base, { recursive: true }));

  /** Runs the part in a process that then ends; answers what it gave and whether it was read. */
  function run(id = 'one', env: Readonly<Record<string, string>> = {}) {
    const tasks: (() => void)[] = [];
    const atExit = (task: () => void) => void tasks.push(task);
    const host = { env: { XDG_CACHE_HOME: base, LOCALAPPDATA: base, ...env }, atExit };
    const made = { exports: undefined as unknown };
    compileWithCodeCache(id, TEXT, host)({}, require, made);
    for (const task of tasks) task();
    return { exports: made.exports, isRead: tasks.length > 0 };
  }
  const files = () => readdirSync(kept).map((name) => join(kept, name));
  const theFile = () => String(files()[0]);

  test('is read once; afterwards what was made of it is taken', () => {
    expect(run()).toEqual({ exports: 42, isRead: true });
    expect(files()).toHaveLength(1);
    expect(statSync(theFile()).mode & 0o777).toBe(0o600);
    expect(statSync(kept).mode & 0o777).toBe(0o700);
    expect(run()).toEqual({ exports: 42, isRead: false });
  });

  test('is read again where what is kept is damaged, cut off or of another text', () => {
    run();
    const whole = readFileSync(theFile());
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(whole.length - 1) ^ 1, whole.length - 1);
    for (const bytes of [damaged, whole.subarray(0, 50), Buffer.alloc(0)]) {
      writeFileSync(theFile(), bytes);
      expect(run()).toEqual({ exports: 42, isRead: true });
      expect(run()).toEqual({ exports: 42, isRead: false });
    }
    expect(run('another')).toEqual({ exports: 42, isRead: true });
  });

  test('is not taken from a file that others may write', () => {
    run();
    chmodSync(theFile(), 0o622);
    expect(run()).toEqual({ exports: 42, isRead: true });
    expect(statSync(theFile()).mode & 0o777).toBe(0o600);
  });

  test('is not kept where others may write, nor where there is no room', () => {
    mkdirSync(kept, { recursive: true });
    chmodSync(kept, 0o777);
    expect(run().exports).toBe(42);
    expect(files()).toEqual([]);
    rmSync(join(base, 'novacron'), { recursive: true });
    writeFileSync(join(base, 'novacron'), 'a file');
    expect(run().exports).toBe(42);
  });

  test('is not kept where Node is set to keep nothing', () => {
    expect(run('one', { NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual({ exports: 42, isRead: false });
    expect(readdirSync(base)).toEqual([]);
  });

  test('of another release goes when there are too many', () => {
    for (let release = 0; release < 14; release += 1) run(`part-${release}`);
    expect(files()).toHaveLength(12);
    expect(run('part-13').isRead).toBe(false);
  });
});
