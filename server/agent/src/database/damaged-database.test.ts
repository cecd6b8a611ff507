/** A journal whose file is damaged. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { silentLogger } from '@novacron/runtime/logger';
import { AgentDatabase } from './agent-database.ts';
import { openNodeDatabase } from './open-node-database.ts';

const COUNT = 'SELECT count(*) AS count FROM generations';
const INSERT = 'INSERT INTO generations (node, vm_id, generation, seen_at_ms) VALUES (?, ?, 1, 1)';
const ROWS = 2_000;
const PLACE = { node: 'node-01' };

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-damage-'));
});

afterEach(() => rmSync(dataDir, { recursive: true }));

const damages: readonly (readonly [string, (sound: Buffer) => Buffer])[] = [
  ['whose file is something else', (sound) => Buffer.alloc(sound.length, 'no database')],
  ['with a broken page', (sound) => sound.fill(0xff, sound.length / 2, sound.length / 2 + 4_096)],
];

async function damage(how: (sound: Buffer) => Buffer): Promise<string> {
  const database = new AgentDatabase({ ...PLACE, dataDir });
  const insert = database.prepare(INSERT);
  database.prepare('BEGIN').run();
  for (let at = 0; at < ROWS; at += 1) insert.run('node-01', `vm_${at}`);
  database.prepare('COMMIT').run();
  database.close();
  const path = join(dataDir, 'node-01.db');
  writeFileSync(path, how(readFileSync(path)));
  return path;
}

test.each(damages)(
  'a database %s is moved aside, and an empty one is in use',
  async (_what, how) => {
    const path = await damage(how);
    const lines: unknown[] = [];
    const error = (fields: object, message: string) => void lines.push({ ...fields, message });
    const logger = { ...silentLogger, error };
    const database = openNodeDatabase({ ...PLACE, choice: { kind: 'qemu' }, dataDir, logger });
    expect(database.prepare(COUNT).get()).toEqual({ count: 0 });
    database.close();
    const message = expect.stringContaining('a new one is in use. VMs keep running');
    expect(lines).toMatchObject([{ path, aside: `${path}.damaged-1`, message }]);
    expect(readdirSync(dataDir)).toContain('node-01.db.damaged-1');
  },
);

test.each(damages)('a database %s is refused where it is all that there is', async (_what, how) => {
  const path = await damage(how);
  const choice = { kind: 'simulator' } as const;
  const database = openNodeDatabase({ ...PLACE, choice, dataDir, logger: silentLogger });
  expect(() => database.prepare(COUNT)).toThrow(
    `the agent's database ${path} is damaged; restore it from a backup, or move it away`,
  );
  database.close();
});
