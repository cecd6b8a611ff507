/**
 * Two servers with QEMU on one host: both have a node of the same name, and each leaves the links
 * and rules of the other alone.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import type { OperationId, VmId } from '@novacron/contract/ids';
import { tagOf } from '../../../server/agent/src/drivers/qemu/network/network-names.ts';
import { aliasOf } from '../../../server/agent/src/drivers/qemu/network/plan-links.ts';
import {
  addGuestTemplates,
  listQemuOf,
} from '../../../server/agent/src/drivers/qemu/test-kit/qemu-bench.ts';
import { findNetworkPrograms } from '../../support/services/find-network-programs.ts';
import { clientOf } from '../test-kit/live-client.ts';
import { type ServerProcess, startServerProcess } from '../test-kit/start-server-process.ts';
import type { Call } from '../test-kit/world.ts';

/** Machines start in software, on a machine that may be busy. */
jest.setTimeout(300_000);

const programs = findNetworkPrograms();
const closers: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Site {
  readonly dataDir: string;
  readonly call: Call;
  readonly server: ServerProcess;
}

function makeDataDir(): string {
  // On a disk, which has more than the host reserves for itself; and short, as sockets need it.
  const dataDir = mkdtempSync(join(process.env.NOVACRON_DISK_DIR ?? tmpdir(), 'n2-'));
  addGuestTemplates(join(dataDir, 'qemu', 'storage'));
  closers.push(() => {
    for (const pid of listQemuOf(dataDir)) process.kill(pid, 'SIGKILL');
    for (const name of linksOf(dataDir)) execFileSync(programs.ip, ['link', 'delete', 'dev', name]);
    rmSync(dataDir, { recursive: true, force: true });
  });
  return dataDir;
}

async function start(dataDir: string): Promise<Site> {
  const server = await startServerProcess(dataDir, ['--hypervisor', 'qemu', '--qemu-accel', 'tcg']);
  closers.push(() => server.stop());
  return { dataDir, server, call: clientOf(server.url, dataDir) };
}

/** Makes a VM in a network of its own. */
async function addVm({ call }: Site, cidr: string): Promise<VmId> {
  const network = await call('network.create', { name: 'lan', cidr });
  if (!network.ok) throw new Error(network.error.detail);
  const place = { network_id: network.value.resource.id };
  const size = { cpu_cores: 1, memory_gb: 0.125, disk_gb: 1 };
  const made = await call('vm.create', { name: 'web', ...size, ...place });
  if (!made.ok) throw new Error(made.error.detail);
  await succeeded(call, made.value.operation.id);
  return made.value.resource.id;
}

async function removeVm({ call }: Site, id: VmId): Promise<void> {
  const deleted = await call('vm.delete', { id });
  if (!deleted.ok) throw new Error(deleted.error.detail);
  await succeeded(call, deleted.value.operation.id);
}

async function succeeded(call: Call, id: OperationId): Promise<void> {
  expect(await call('operation.wait', { id })).toMatchObject({ value: { status: 'succeeded' } });
}

function ownerOf(dataDir: string): string {
  return JSON.parse(readFileSync(join(dataDir, 'qemu', 'link-owner.json'), 'utf8')).owner;
}

function linksOf(dataDir: string): readonly string[] {
  const alias = aliasOf(ownerOf(dataDir));
  const text = execFileSync(programs.ip, ['-j', 'link', 'show'], { encoding: 'utf8' });
  const links: readonly { ifname: string; ifalias?: string }[] = JSON.parse(text);
  return links.filter(({ ifalias }) => ifalias === alias).map(({ ifname }) => ifname);
}

function tablesOf(dataDir: string): readonly string[] {
  const text = execFileSync(programs.nft, ['list', 'tables'], { encoding: 'utf8' });
  return text.split('\n').filter((line) => line.endsWith(tagOf(ownerOf(dataDir))));
}

const kindsOf = (names: readonly string[]) => names.map((name) => name.slice(0, 3)).toSorted();

test('servers on one host keep apart what they have there', async () => {
  const [one, two] = [await start(makeDataDir()), await start(makeDataDir())];
  const first = await addVm(one, '10.213.78.0/24');
  const links = linksOf(one.dataDir);
  expect(kindsOf(links)).toEqual(['ncb', 'nct']);
  const second = await addVm(two, '10.213.79.0/24');
  await two.server.stop();
  const again = await start(two.dataDir);
  expect(linksOf(one.dataDir)).toEqual(links);
  expect(tablesOf(one.dataDir)).toHaveLength(2);

  await removeVm(one, first);
  expect([...linksOf(one.dataDir), ...tablesOf(one.dataDir)]).toEqual([]);
  expect(kindsOf(linksOf(two.dataDir))).toEqual(['ncb', 'nct']);
  expect(tablesOf(two.dataDir)).toHaveLength(2);
  await removeVm(again, second);
  expect([...linksOf(two.dataDir), ...tablesOf(two.dataDir)]).toEqual([]);
});
