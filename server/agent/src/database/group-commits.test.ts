import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { createVirtualTime, type VirtualTime } from '../test-kit/virtual-time.ts';
import { type GroupCommits, type GroupWriter, startGroupCommits } from './group-commits.ts';

let dataDir: string;
let database: Database.Database;
let time: VirtualTime;
let writer: GroupWriter;
let commits: GroupCommits;
let turns: number;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-commits-'));
  database = new Database(join(dataDir, 'test.db'));
  database.exec('CREATE TABLE notes (text TEXT NOT NULL UNIQUE)');
  time = createVirtualTime();
  turns = 0;
  writer = startGroupCommits(
    () => database,
    (callback) => {
      turns += 1;
      time.nextTurn(callback);
    },
  );
  commits = writer.join();
});
afterEach(() => {
  database.close();
  rmSync(dataDir, { recursive: true });
});

const note = (text: string) => () => database.prepare('INSERT INTO notes VALUES (?)').run(text);
const notes = () => database.prepare('SELECT text FROM notes').pluck().all();

/** A write beside another one, and what it heard. */
function beside(run: () => unknown) {
  const heard: string[] = [];
  const record = (what: string) => () => heard.push(what);
  return { heard, write: { run, written: record('written'), lost: record('lost') } };
}

describe('group commits', () => {
  test('writes of a turn share a transaction and are answered in order', async () => {
    const answers: number[] = [];
    for (const text of ['a', 'b', 'c']) {
      const write = () => {
        note(text)();
        return notes().length;
      };
      void commits.submit(write).then((answer) => answers.push(answer));
    }
    expect(notes()).toEqual([]);
    await time.settle();
    expect(answers).toEqual([1, 2, 3]);
    expect(turns).toBe(1);
  });

  test('a turn has an end: what is too much for it is written in the next', async () => {
    const all = Array.from({ length: 600 }, (_, index) => commits.submit(note(`n${index}`)));
    await Promise.all(all);
    expect(notes()).toHaveLength(600);
    expect(turns).toBe(2);
  });

  test('a write that fails takes back what is beside it, and nothing else', async () => {
    const [good, bad] = [beside(note('beside-good')), beside(note('beside-bad'))];
    const answers = Promise.allSettled([
      commits.submit(note('a'), good.write),
      commits.submit(note('a'), bad.write),
      commits.submit(note('b')),
    ]);
    expect((await answers).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(notes()).toEqual(['beside-good', 'a', 'b']);
    expect([good.heard, bad.heard]).toEqual([['written'], ['lost']]);
  });

  test('a full disk fails the writes it concerns, until there is free space again', async () => {
    database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`);
    const long = beside(note('x'.repeat(100_000)));
    const refused = commits.submit(() => 'long', long.write);
    await expect(refused).rejects.toMatchObject({ code: 'SQLITE_FULL' });
    expect(long.heard).toEqual(['lost']);
    expect(notes()).toEqual([]);
    database.pragma('max_page_count = 1000');
    await commits.submit(note('again'));
    expect(notes()).toEqual(['again']);
  });

  test('a flush commits what waits at once, and only once', async () => {
    const waiting = commits.submit(note('a'));
    commits.flush();
    expect(notes()).toEqual(['a']);
    await waiting;
    await time.settle();
    expect(notes()).toEqual(['a']);
  });

  test('a flush by a listener preserves the order of the answers', async () => {
    const answers: string[] = [];
    const answer = (text: string) => answers.push(text);
    const flusher = beside(note('beside'));
    const written = () => {
      void commits.submit(() => 'late').then(answer);
      commits.flush();
    };
    void commits.submit(() => 'first', { ...flusher.write, written }).then(answer);
    void commits.submit(() => 'second').then(answer);
    await time.settle();
    expect(answers).toEqual(['first', 'second', 'late']);
  });

  test('writes of agents share a transaction, and one that dies takes no other along', async () => {
    const other = writer.join();
    const lost = commits.submit(note('lost'));
    const kept = other.submit(note('kept'));
    commits.abandon();
    await expect(lost).rejects.toThrow('abandoned');
    await kept;
    expect(notes()).toEqual(['kept']);
    await Promise.all([writer.join().submit(note('a')), other.submit(note('b'))]);
    expect(notes()).toEqual(['kept', 'a', 'b']);
    expect(turns).toBe(2);
  });

  test('what is abandoned never happens', async () => {
    const one = beside(note('beside'));
    const lost = commits.submit(note('a'), one.write);
    commits.abandon();
    await expect(lost).rejects.toThrow('abandoned');
    await time.settle();
    expect(one.heard).toEqual(['lost']);
    expect(notes()).toEqual([]);
    // Nor what its agent still writes while it stops.
    const late = beside(note('beside'));
    await expect(commits.submit(note('b'), late.write)).rejects.toThrow('abandoned');
    expect(late.heard).toEqual(['lost']);
    expect(notes()).toEqual([]);
  });
});
