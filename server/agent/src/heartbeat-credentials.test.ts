/** Credentials of the message bus that are renewed while the process of heartbeats runs. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import { announceSubject } from '@novacron/contract/agent/agent-subjects';
import { silentLogger } from '@novacron/runtime/logger';
import { systemTimers, type Timers } from '@novacron/runtime/timers';
import { certificateIn, keyIn } from '../../../test/support/services/certificate-files.ts';
import { makeCertificate } from '../../../test/support/services/make-certificate.ts';
import { makeOwnedDirectory } from '../../../test/support/services/own-process.ts';
import { type NatsServer, startNats } from '../../../test/support/services/start-nats.ts';
import { waitUntil } from '../../../test/support/src/wait-until.ts';
import {
  CREDENTIALS_MS,
  type HeartbeatProcess,
  startHeartbeatProcess,
} from './presence/start-heartbeat-process.ts';
import { readNatsLink } from './process/read-nats-link.ts';

/** The test starts programs of its own, on a machine that may be busy. */
jest.setTimeout(60_000);

const NODE = 'node-01';
const ANNOUNCEMENT: AgentAnnouncement = {
  protocol: 1,
  node: NODE,
  zone: 'z',
  rack: 'r',
  driver: 'simulator',
  capabilities: { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no', liveMigration: 'no' },
  capacity: { cpu_cores: 1, memory_mib: 1, disk_gb: 1 },
};

/** The files are read again each 100 ms. */
const timers: Timers = {
  after: (delayMs, callback) =>
    systemTimers.after(delayMs === CREDENTIALS_MS ? 100 : delayMs, callback),
};

let certificate: ReturnType<typeof makeOwnedDirectory>;
let nats: NatsServer;
let bus: Bus;
let heartbeats: HeartbeatProcess;
let heard: number;
let reads: number;

beforeEach(async () => {
  certificate = makeOwnedDirectory('novacron-certificate-', undefined);
  const { directory } = certificate;
  makeCertificate(directory, { host: 'DNS:localhost', identity: undefined });
  const caFile = certificateIn(directory);
  const args = ['--tls', '--tlscert', caFile, '--tlskey', keyIn(directory)];
  nats = await startNats({ jetstream: 'off', args });
  const servers = [nats.url.replace('nats://127.0.0.1', 'tls://localhost')];
  const tls = { caFile };
  const opened = await openNatsBus({ servers, tls, retainedSubjects: [], onFault: () => {} });
  if (!opened.ok) throw new Error(opened.error.detail);
  bus = opened.value;
  heard = 0;
  reads = 0;
  bus.subscribe(announceSubject(NODE), () => {
    heard += 1;
  });
  const readLink = () => {
    reads += 1;
    return readNatsLink({ servers, tls, inboxPrefix: undefined });
  };
  heartbeats = startHeartbeatProcess({ readLink, timers, logger: silentLogger });
  heartbeats.start({
    node: NODE,
    incarnation: 'start-1',
    announcement: () => ANNOUNCEMENT,
    onRenewal: () => undefined,
  });
});
afterEach(async () => {
  await heartbeats.stop();
  await bus.close();
  await nats.remove();
  certificate.remove();
});

test('are those of its next connection, which needs no files', async () => {
  await waitUntil('heartbeats', () => (heard > 1 ? true : undefined));
  const { directory } = certificate;
  const before = readFileSync(certificateIn(directory), 'utf8');
  await nats.kill();
  makeCertificate(directory, { host: 'DNS:localhost', identity: undefined });
  expect(readFileSync(certificateIn(directory), 'utf8')).not.toBe(before);
  const readBefore = reads;
  await waitUntil('the files to be read again', () => (reads > readBefore + 1 ? true : undefined));
  heard = 0;
  await nats.restart();
  await waitUntil('heartbeats', () => (heard > 1 ? true : undefined));
});
