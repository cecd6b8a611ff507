/** Migrations of machines with a virtual TPM: its state moves with them, and is never on both. */
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { findSwtpm } from '../../../../../test/support/services/find-swtpm.ts';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver, OutgoingMachine } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import type { QemuOptions } from './open-qemu-driver.ts';
import { guestConsole } from './test-kit/guest-console.ts';
import { guestTpm } from './test-kit/guest-tpm.ts';
import { listQemuOf, smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

findSwtpm();

const { site, vmId, order, open } = useQemuSite();

let source: Driver;

beforeEach(async () => {
  source = await open('node-01');
});

const apart = (): string => join(site.directory, 'other-storage');

/** A target that shares its storage with the source, or has one of its own. */
async function openTarget(storage: 'shared' | 'apart', options: Partial<QemuOptions> = {}) {
  if (storage === 'shared') return open('node-02', options);
  const [from, to] = [site.storageDir, apart()].map((each) => join(each, 'templates'));
  if (!existsSync(String(to))) {
    cpSync(String(from), String(to), { recursive: true, verbatimSymlinks: true });
  }
  return open('node-02', { storageDir: apart(), ...options });
}

const storageOf = (storage: 'shared' | 'apart'): string =>
  storage === 'shared' ? site.storageDir : apart();

const spec = smallSpec({ tpm: 'yes' });

function missing(): never {
  throw new Error('the driver has no such method');
}

/** Prepares a node as servers have it done. */
async function prepare(there: Driver, power: 'on' | 'off'): Promise<OutgoingMachine> {
  const offer = await good(source.offerMachine?.(vmId()) ?? missing());
  const off = power === 'off' ? { arrives: { power, stop_reason: 'command' } as const } : {};
  await good(there.prepareIncoming(order(4), { spec, volumes: [], offer, ...off }));
  const target = await good(there.findTarget?.(vmId()) ?? missing());
  const sent = { toNode: 'node-02', size: spec, release: 'yes', target } as const;
  return power === 'off' ? { ...sent, power } : sent;
}

const disksIn = (storageDir: string): string => join(storageDir, 'disks', vmId());

/** Names of the files of TPMs in a storage directory. */
const tpmFilesIn = (storageDir: string): readonly string[] =>
  existsSync(disksIn(storageDir))
    ? readdirSync(disksIn(storageDir)).filter((name) => name.startsWith('tpm'))
    : [];

/** Processes of the machine at all nodes: QEMU and swtpm. */
const awaitProcesses = (count: number): Promise<true> =>
  waitUntil(`${count} processes of the site`, () =>
    listQemuOf(site.directory).length === count ? true : undefined,
  );

const isSwtpm = (pid: number): boolean =>
  readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('swtpm');

const consoleAt = (node: string) => guestConsole(site.runDir(node), vmId());

/** A guest that runs, and has stored something in its TPM. */
async function startWithSecret() {
  await good(source.create(order(1), spec));
  await good(source.start(order(2)));
  const guest = consoleAt('node-01');
  await guest.awaitBoots(1);
  const tpm = guestTpm(guest);
  await tpm.store('keepsake');
  await tpm.extendRegister();
  const register = await tpm.readRegister();
  expect(register).toMatch(/^[0-9A-F]{64}$/);
  expect(register).not.toMatch(/^0+$/);
  return { tpm, register };
}

/** The disks of a machine that is switched off do not arrive: all stays as it was. */
async function failToCopy(there: Driver): Promise<void> {
  const outgoing = await prepare(there, 'off');
  for (const pid of listQemuOf(site.directory)) process.kill(pid, 'SIGKILL');
  expect(await bad(source.migrate(order(4), outgoing))).toMatchObject({
    message: expect.stringMatching(/[.]$/),
  });
  expect(await good(source.activate(order(4)))).toMatchObject({ status: 'stopped' });
  await good(there.forget(order(4)));
  await awaitProcesses(0);
  expect(tpmFilesIn(site.storageDir)).toEqual(['tpm']);
  expect(existsSync(disksIn(apart()))).toBe(false);
}

/** A live migration whose target dies: it leaves nothing there, and the machine runs on. */
async function failToSend(there: Driver, storage: 'shared' | 'apart'): Promise<void> {
  const before = listQemuOf(site.directory);
  const outgoing = await prepare(there, 'on');
  const ours = listQemuOf(site.directory).filter((pid) => !before.includes(pid));
  // QEMU, or the TPM alone, which then takes no state.
  const isVictim = (pid: number) => isSwtpm(pid) === (storage === 'shared');
  for (const pid of ours.filter(isVictim)) process.kill(pid, 'SIGKILL');
  expect(await bad(source.migrate(order(4), outgoing))).toMatchObject({
    message: expect.stringMatching(/[.]$/),
  });
  expect(await good(source.activate(order(4)))).toMatchObject({ status: 'running' });
  await good(there.forget(order(4)));
  expect(listQemuOf(site.directory)).toEqual(before);
  expect(tpmFilesIn(site.storageDir)).toEqual(['tpm']);
  expect(existsSync(join(site.runDir('node-02'), vmId()))).toBe(false);
  if (storage === 'apart') expect(existsSync(disksIn(apart()))).toBe(false);
}

describe.each(['shared', 'apart'] as const)('between nodes whose storage is %s', (storage) => {
  test('a running machine moves with its TPM, also after that has failed', async () => {
    const { tpm: here, register } = await startWithSecret();
    const there = await openTarget(storage);
    await failToSend(there, storage);
    expect(await here.readStored()).toBe('keepsake');
    expect(await here.readRegister()).toBe(register);
    const outgoing = await prepare(there, 'on');
    await awaitProcesses(4);
    await good(source.migrate(order(4), outgoing));
    await good(there.activate(order(4), 'released'));
    const tpm = guestTpm(consoleAt('node-02'));
    expect(await tpm.readStored()).toBe('keepsake');
    expect(await tpm.readRegister()).toBe(register);
    await good(source.forget(order(5)));
    await awaitProcesses(2);
    expect(existsSync(join(site.runDir('node-01'), vmId()))).toBe(false);
    expect(tpmFilesIn(storageOf(storage))).toEqual(['tpm']);
    if (storage === 'apart') expect(existsSync(disksIn(site.storageDir))).toBe(false);
    // What it stores from now on outlasts a restart: its process writes where the next one reads.
    await tpm.store('renewed!');
    await good(there.stop(order(6), 'forced'));
    await awaitProcesses(0);
    await good(there.start(order(7)));
    const guest = consoleAt('node-02');
    await guest.awaitBoots(1);
    expect(await guestTpm(guest).readStored()).toBe('renewed!');
  });

  test('a machine that is switched off moves with what its TPM stores', async () => {
    await startWithSecret();
    await good(source.stop(order(3), 'forced'));
    await awaitProcesses(0);
    const there = await openTarget(storage);
    if (storage === 'apart') await failToCopy(there);
    const outgoing = await prepare(there, 'off');
    expect(outgoing.target?.disks).toEqual(storage === 'shared' ? [] : ['root', 'tpm-state']);
    await good(source.migrate(order(4), outgoing));
    await good(there.activate(order(4), 'released'));
    await good(source.forget(order(5)));
    expect(tpmFilesIn(storageOf(storage))).toEqual(['tpm']);
    const state = join(disksIn(storageOf(storage)), 'tpm');
    expect(statSync(state).mode & 0o777).toBe(0o700);
    expect(statSync(join(state, 'tpm2-00.permall')).mode & 0o777).toBe(0o600);
    if (storage === 'apart') expect(existsSync(disksIn(site.storageDir))).toBe(false);
    await good(there.start(order(5)));
    const guest = consoleAt('node-02');
    await guest.awaitBoots(1);
    expect(await guestTpm(guest).readStored()).toBe('keepsake');
  });
});

test('a machine whose QEMU ends before it runs at its target has its TPM there', async () => {
  await startWithSecret();
  const before = listQemuOf(site.directory);
  const there = await openTarget('shared');
  const outgoing = await prepare(there, 'on');
  await there.close();
  await good(source.migrate(order(4), outgoing));
  for (const pid of listQemuOf(site.directory)) {
    if (!before.includes(pid)) process.kill(pid, 'SIGKILL');
  }
  const back = await openTarget('shared');
  await good(back.activate(order(4), 'released'));
  await good(source.forget(order(5)));
  expect(tpmFilesIn(site.storageDir)).toEqual(['tpm']);
  await good(back.start(order(6)));
  const guest = consoleAt('node-02');
  await guest.awaitBoots(1);
  expect(await guestTpm(guest).readStored()).toBe('keepsake');
});

test('a server that asks for no release moves no machine with a TPM', async () => {
  await good(source.create(order(1), spec));
  const there = await openTarget('apart');
  const { release: _none, ...outgoing } = await prepare(there, 'off');
  for (const asked of [outgoing, { toNode: 'node-02' }]) {
    expect(await bad(source.migrate(order(4), asked))).toEqual({
      message:
        `${vmId()} has a virtual TPM, and moves only to nodes and by servers of this release: ` +
        'upgrade them first.',
      next: 'final',
    });
  }
  expect(await good(source.inspect())).toMatchObject([{ status: 'stopped' }]);
});

test('a host without swtpm takes no machine with a TPM, and says what to install', async () => {
  await good(source.create(order(1), spec));
  const there = await openTarget('apart', { hasTpm: false });
  const offer = await good(source.offerMachine?.(vmId()) ?? missing());
  const arrives = { power: 'off', stop_reason: 'command' } as const;
  const refused = await bad(there.prepareIncoming(order(4), { spec, volumes: [], offer, arrives }));
  expect(refused.message).toContain('apt-get install swtpm');
  expect(await good(there.inspect())).toEqual([]);
});
