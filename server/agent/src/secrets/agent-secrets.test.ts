/** Traces of guests' secrets in the files of an agent, whenever it is killed. */
import {
  chmodSync,
  copyFileSync,
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
import type { AgentCommand, CommandOutcome } from '@novacron/contract/agent/agent';
import { AgentDatabase } from '../database/agent-database.ts';
import { openJournal } from '../journal/journal.ts';
import { findSecrets, formsOfSecret } from '../test-kit/find-secrets.ts';
import { createSampleIds, sampleSpec } from '../test-kit/samples.ts';
import { createVirtualTime } from '../test-kit/virtual-time.ts';
import { tightenFiles } from './private-files.ts';
import { createSealer, KEY_FILE } from './sealer.ts';

/** Long enough that no chance makes it, and with what JSON escapes. */
const PASSWORD = 'correct "horse"\\battery\nstaple-7f3a';
const USER_DATA = '#cloud-config\nruncmd: ["echo ünïcode-9c1e-secret"]';

const ids = createSampleIds();
const SUCCEEDED: CommandOutcome = { kind: 'succeeded', machine: null };

let dataDir: string;
let copies: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-secrets-'));
  copies = mkdtempSync(join(tmpdir(), 'novacron-secrets-copy-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
  rmSync(copies, { recursive: true });
});

function commandWithSecrets(): AgentCommand {
  const guest = { ssh_keys: ['ssh-ed25519 AAAA'], user_data: USER_DATA, password: PASSWORD };
  const action = { kind: 'create', spec: { ...sampleSpec(), guest } } as const;
  return {
    protocol: 1,
    operation_id: ids('op'),
    step: 'create',
    vm_id: ids('vm'),
    generation: 1,
    action,
  };
}

const SECRETS = [PASSWORD, USER_DATA];
const leaksIn = (directory: string) => findSecrets(directory, SECRETS);

/** Copies the files as a SIGKILL would leave them, without a clean end. */
function killNow(): string {
  const left = mkdtempSync(join(copies, 'left-'));
  for (const name of readdirSync(dataDir)) copyFileSync(join(dataDir, name), join(left, name));
  return left;
}

function open(directory: string) {
  const database = new AgentDatabase({ dataDir: directory, node: 'node-01' });
  const { clock } = createVirtualTime();
  return { database, journal: openJournal({ database, clock }) };
}

describe('the files of an agent', () => {
  test('would show what a test looks for', () => {
    for (const form of SECRETS.flatMap(formsOfSecret)) {
      writeFileSync(join(dataDir, 'leak'), Buffer.concat([Buffer.from('x'), Buffer.from(form)]));
      expect(leaksIn(dataDir)).toEqual(['leak']);
    }
    rmSync(join(dataDir, 'leak'));
    expect(leaksIn(dataDir)).toEqual([]);
  });

  test('never contain a secret that can be read, whenever it is killed', async () => {
    const { database, journal } = open(dataDir);
    const command = commandWithSecrets();
    await journal.begin(command);
    expect(leaksIn(killNow())).toEqual([]);
    await journal.end(command, SUCCEEDED);
    expect(leaksIn(killNow())).toEqual([]);
    database.close();
    expect(leaksIn(dataDir)).toEqual([]);
  });

  test('have the secrets of a command until it has ended, for a start after a kill', async () => {
    const { database, journal } = open(dataDir);
    const command = commandWithSecrets();
    await journal.begin(command);
    const left = open(killNow());
    expect(left.journal.unfinished()).toEqual([command]);
    expect(await left.journal.begin(command)).toEqual({ kind: 'running' });
    left.database.close();
    await journal.end(command, SUCCEEDED);
    const after = killNow();
    expect(open(after).journal.unfinished()).toEqual([]);
    // Not even sealed.
    const texts = readdirSync(after).map((name) => readFileSync(join(after, name), 'latin1'));
    expect(texts.join()).not.toContain('sealed_guest');
    database.close();
  });

  test('never contain the key of a migration, and a start after a kill has it again', async () => {
    const target = {
      host: '192.0.2.2',
      memory_port: 1,
      release_port: 2,
      disk_port: null,
      disks: [],
      key: 'f00dfeed9c1e7f3af00dfeed9c1e7f3a',
    };
    const action = { kind: 'migrate', to_node: 'node-02', target } as const;
    const command = { ...commandWithSecrets(), action };
    const { database, journal } = open(dataDir);
    await journal.begin(command);
    const left = killNow();
    expect(findSecrets(left, [target.key])).toEqual([]);
    expect(open(left).journal.unfinished()).toEqual([command]);
    // A repeat that no longer names the target is the same command.
    const { target: _target, ...repeated } = action;
    expect(await journal.begin({ ...command, action: repeated })).toEqual({ kind: 'running' });
    await journal.end(command, SUCCEEDED);
    expect(findSecrets(dataDir, [target.key])).toEqual([]);
    expect(await journal.begin(command)).toEqual({ kind: 'ended', outcome: SUCCEEDED });
    database.close();
  });

  test('never contain the ticket of an export, and a start after a kill has it again', async () => {
    const ticket = 'Tk4zR1nQ8vB2xW7yLm5pD0sH3jC6fG9aE1uX0oI2kVw';
    const action = { kind: 'export-snapshot', ticket } as const;
    const command = { ...commandWithSecrets(), action };
    const { database, journal } = open(dataDir);
    await journal.begin(command);
    const left = killNow();
    expect(findSecrets(left, [ticket])).toEqual([]);
    expect(open(left).journal.unfinished()).toEqual([command]);
    expect(await journal.begin(command)).toEqual({ kind: 'running' });
    await journal.end(command, SUCCEEDED);
    expect(findSecrets(dataDir, [ticket])).toEqual([]);
    database.close();
  });

  test('are restored without their key: the server has to send the command again', async () => {
    const { database, journal } = open(dataDir);
    const command = commandWithSecrets();
    await journal.begin(command);
    const left = killNow();
    database.close();
    rmSync(join(left, KEY_FILE));
    const restored = open(left);
    expect(restored.journal.unfinished()).toEqual([]);
    expect(restored.journal.outcomeOf(command)).toEqual({
      kind: 'ended',
      outcome: expect.objectContaining({ kind: 'failed', next: 'retry' }),
    });
    expect(await restored.journal.begin(command)).toEqual({ kind: 'journalled' });
    restored.database.close();
    expect(leaksIn(left)).toEqual([]);
  });

  test('are for their user alone, also those that were not', async () => {
    const { database, journal } = open(dataDir);
    await journal.begin(commandWithSecrets());
    const modes = () =>
      readdirSync(dataDir).map((name) => statSync(join(dataDir, name)).mode & 0o777);
    expect(new Set(modes())).toEqual(new Set([0o600]));
    for (const name of readdirSync(dataDir)) chmodSync(join(dataDir, name), 0o644);
    chmodSync(dataDir, 0o755);
    const changed = tightenFiles(dataDir);
    expect(changed).toEqual(
      expect.arrayContaining([dataDir, join(dataDir, 'node-01.db'), join(dataDir, KEY_FILE)]),
    );
    expect(new Set(modes())).toEqual(new Set([0o600]));
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(tightenFiles(dataDir)).toEqual([]);
    // QEMU may run as another user, in whose group it passes through to its machines.
    chmodSync(dataDir, 0o710);
    expect(tightenFiles(dataDir)).toEqual([]);
    database.close();
  });
});

describe('a sealed text', () => {
  test('opens with its key at its place, and nowhere else', () => {
    const sealer = createSealer(dataDir);
    const sealed = sealer.seal(PASSWORD, 'here');
    expect(createSealer(dataDir).open(sealed, 'here')).toBe(PASSWORD);
    expect(sealer.open(sealed, 'there')).toBeUndefined();
    expect(createSealer(copies).open(sealed, 'here')).toBeUndefined();
    expect(sealer.open(`${sealed.slice(0, -4)}AAAA`, 'here')).toBeUndefined();
    expect(sealer.open('', 'here')).toBeUndefined();
    expect(sealer.seal(PASSWORD, 'here')).not.toBe(sealed);
  });
});
