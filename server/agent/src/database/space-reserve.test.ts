import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { AgentCommand } from '@novacron/contract/agent/agent';
import { findMount } from '../../../../test/support/services/find-mount.ts';
import { openJournal } from '../journal/journal.ts';
import { createSampleIds, sampleSpec } from '../test-kit/samples.ts';
import { createVirtualTime } from '../test-kit/virtual-time.ts';
import { AgentDatabase } from './agent-database.ts';

const programs = findMount();
const COMMANDS = 50;

/** Fills the file system of a directory to the last byte. */
function fill(directory: string): string {
  const file = join(directory, 'disk-of-a-guest');
  for (const size of [65_536, 512, 1]) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(size));
    } catch {
      // Nothing of this size fits any more.
    }
  }
  return file;
}

test('commands are written down although guests have filled the disk', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'novacron-reserve-'));
  execFileSync(programs.mount, ['-t', 'tmpfs', '-o', 'size=8m,mode=700', 'tmpfs', dataDir]);
  const database = new AgentDatabase({ dataDir, node: 'node-01' });
  try {
    const journal = openJournal({ database, clock: createVirtualTime().clock });
    const ids = createSampleIds();
    const begin = async (): Promise<string> => {
      const action = { kind: 'create', spec: sampleSpec() } as const;
      const command: AgentCommand = {
        protocol: 1,
        operation_id: ids('op'),
        step: 'create',
        vm_id: ids('vm'),
        generation: 1,
        action,
      };
      const entry = await journal.begin(command);
      await journal.end(command, { kind: 'succeeded', machine: null });
      return entry.kind;
    };
    expect(await begin()).toBe('journalled');
    const guest = fill(dataDir);
    for (let count = 0; count < COMMANDS; count += 1) expect(await begin()).toBe('journalled');
    const reserve = join(dataDir, 'node-01.db.reserve');
    const left = statSync(reserve).size;
    // Once there is room, the space is reserved again.
    truncateSync(guest, 0);
    database.foldLog();
    expect(statSync(reserve).size).toBeGreaterThan(left);
  } finally {
    database.close();
    execFileSync(programs.umount, [dataDir]);
    rmSync(dataDir, { recursive: true });
  }
});
