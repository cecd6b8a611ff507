/** The units of the agent's Debian package, as systemd itself reads them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findSystemdTools } from '../../../test/support/services/find-systemd-tools.ts';
import { agentFlagRows, variablesOf } from './config/agent-flags.ts';

const UNITS = fileURLToPath(new URL('../../deploy/packages/novacron-agent', import.meta.url));
const SERVICE = join(UNITS, 'novacron-agent.service');
const SLICE = join(UNITS, 'novacron-vms.slice');
const TOOLS = findSystemdTools();

/** Highest exposure, in tenths: it only falls. What is left is that an agent changes its host. */
const EXPOSURE_MAX = 38;

const QUIET = { stdio: 'pipe' } as const;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'novacron-units-'));
  for (const name of ['etc', 'var/lib']) mkdirSync(join(root, name), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the units', () => {
  test('are understood by systemd, every line of them', () => {
    // The command is installed with the packages, and not needed here.
    const copy = join(root, 'novacron-agent.service');
    const text = readFileSync(SERVICE, 'utf8');
    writeFileSync(
      copy,
      text.replace('ExecStart=/usr/bin/novacron', 'ExecStart=/usr/bin/env novacron'),
    );
    const verified = spawnSync(TOOLS.analyze, ['verify', copy, SLICE], { encoding: 'utf8' });
    expect([verified.stderr, verified.status]).toEqual(['', 0]);
  });

  test('give the agent no more than it needs', () => {
    const words = ['security', '--offline=true', `--threshold=${EXPOSURE_MAX}`, SERVICE];
    const { status, stdout } = spawnSync(TOOLS.analyze, words, { encoding: 'utf8' });
    expect(status === 0 ? '' : stdout).toBe('');
    const stricter = words.with(2, `--threshold=${EXPOSURE_MAX - 1}`);
    expect(spawnSync(TOOLS.analyze, stricter).status).not.toBe(0);
  });

  test('set variables that the agent reads', () => {
    const text = readFileSync(SERVICE, 'utf8');
    const known = new Set(agentFlagRows().flatMap(({ name }) => variablesOf(name)));
    const set = [...text.matchAll(/^Environment=(\w+)=/gm)].map(([, name = '']) => name);
    expect(set).toEqual(['NOVACRON_AGENT_DRIVER', 'NOVACRON_AGENT_DATA_DIR']);
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the user and the directories', () => {
  test('are made: a user who may use KVM and pass through to its machines', () => {
    const file = (folder: string) => join(UNITS, folder, 'novacron-agent.conf');
    execFileSync(TOOLS.sysusers, [`--root=${root}`, file('sysusers.d')], QUIET);
    const entry = readFileSync(join(root, 'etc/passwd'), 'utf8');
    const [, uid, gid] = /^novacron-vm:x:(\d+):(\d+):.*:\/usr\/sbin\/nologin$/m.exec(entry) ?? [];
    expect(Number(uid)).toBeGreaterThan(0);
    expect(readFileSync(join(root, 'etc/group'), 'utf8')).toMatch(/^kvm:x:\d+:novacron-vm$/m);
    execFileSync(TOOLS.tmpfiles, [`--root=${root}`, '--create', file('tmpfiles.d')], QUIET);
    const data = statSync(join(root, 'var/lib/novacron-agent'));
    expect([data.mode & 0o777, data.uid, data.gid]).toEqual([0o710, 0, Number(gid)]);
  });
});
