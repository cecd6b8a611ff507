/** A live migration between two nodes, against the same by hand at the monitors of QEMU. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openQmpClient } from '@novacron/agent/drivers/qemu/qmp/open-qmp-client';
import { systemTimers } from '@novacron/runtime/timers';
import { median } from 'simple-statistics';
import { interleave } from '../../interleave.mjs';
import { ratioLine } from '../../make-line.mjs';
import { percentile, round } from '../../statistics.mjs';
import {
  awaitText,
  commandLineOf,
  makeShortDirectory,
  startApart,
  typeLine,
} from './qemu-host.mjs';
import { good, openSite } from './qemu-site.mjs';

const HOPS = 30;
const NODES = ['a', 'b'];
const ADDRESS = '127.0.0.1';
const POLL_MS = 2;
/** Maximum time for which a running guest writes nothing. Unit: ms. */
const TICK_MS_MAX = 30_000;
const LINES_SHOWN = 40;
/** Capabilities that the agent sets as well; the driver's docs give the reasons. */
const CAPABILITIES = ['events', 'return-path', 'auto-converge'];
const DOWNTIME_MS_MAX = 300;
const KEY_BYTES = 32;

/**
 * A clock in the guest: what it writes stops while the guest does. It is one process, because
 * guests that start a process each 10 ms crashed within some ten migrations in software, by hand
 * as well as here: the figure says nothing about such guests.
 */
const TICKER = 'ip link set lo up; ping -i 0.01 127.0.0.1 &';

export const figure = {
  name: 'qemu-migration',
  summary: `${HOPS} live migrations, encrypted, against the same by hand`,
  needs: ['qemu-system-x86_64', 'qemu-img'],
  measure: async ({ progress }) => {
    const { directory, remove } = makeShortDirectory();
    const site = await openSite();
    const drivers = await Promise.all(NODES.map((node) => site.open(node)));
    let hand;
    try {
      const vmId = await site.startMachine(drivers[0], NODES[0]);
      const words = commandLineOf(`${join(site.runDir(NODES[0]), vmId)}/`);
      hand = await startByHand({ words, from: join(site.runDir(NODES[0]), vmId), directory });
      await typeLine(join(site.runDir(NODES[0]), vmId, 'console.sock'), TICKER);
      await typeLine(join(hand.place(), 'console.sock'), TICKER);
      const logsOf = (places) => places.map((place) => join(place, 'console.log'));
      const downtimes = { ours: [], peer: [] };
      let at = 0;

      async function ours() {
        const [source, target] = [drivers[at], drivers[1 - at]];
        const logs = logsOf(NODES.map((node) => join(site.runDir(node), vmId)));
        const gap = watchGap(logs);
        const startedAtMs = performance.now();
        const offer = await good(source.offerMachine(vmId));
        const order = site.orderOf(vmId);
        await good(target.prepareIncoming(order, { spec: site.spec, volumes: [], offer }));
        const found = await good(target.findTarget(vmId));
        const toNode = NODES[1 - at];
        const outgoing = { toNode, size: site.spec, release: 'yes', target: found };
        await good(source.migrate(order, outgoing));
        await good(target.activate(order, 'released'));
        const durationMs = performance.now() - startedAtMs;
        downtimes.ours.push(await gap.end());
        await good(source.forget(site.orderOf(vmId)));
        at = 1 - at;
        return durationMs;
      }

      async function peer() {
        const gap = watchGap(logsOf(hand.places));
        const startedAtMs = performance.now();
        await hand.hop();
        const durationMs = performance.now() - startedAtMs;
        downtimes.peer.push(await gap.end());
        await hand.endSource();
        return durationMs;
      }

      await ours();
      await peer();
      for (const list of Object.values(downtimes)) list.length = 0;
      const times = await interleave({ repetitions: HOPS, ours, peer, progress });
      return {
        ...ratioLine(times, { peer: 'the same at the monitors by hand', goal: 1.3 }),
        downtime_p50_ms: round(median(downtimes.ours), 0),
        downtime_p95_ms: round(percentile(downtimes.ours, 0.95), 0),
        peer_downtime_p50_ms: round(median(downtimes.peer), 0),
        peer_downtime_p95_ms: round(percentile(downtimes.peer, 0.95), 0),
      };
    } finally {
      await Promise.all(drivers.map((driver) => driver.close()));
      hand?.close();
      site.remove();
      remove();
    }
  },
};

/** The end of what a guest has written, without what the clock writes. */
function endOf(file) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const lines = text.split('\n').filter((line) => !line.includes('bytes from'));
  return `${file}: ${lines.slice(-LINES_SHOWN).join('\n')}`;
}

/** The longest time in which none of the logs grew; it ends after one more tick. */
function watchGap(files) {
  const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let sizes = files.map(sizeOf);
  let lastMs = performance.now();
  let longestMs = 0;
  let ticks = 0;
  const timer = setInterval(() => {
    const now = files.map(sizeOf);
    if (now.every((size, index) => size <= sizes[index])) return;
    sizes = now;
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    lastMs = performance.now();
    ticks += 1;
  }, POLL_MS);
  return {
    end: async () => {
      const seen = ticks;
      const deadlineMs = performance.now() + TICK_MS_MAX;
      while (ticks < seen + 2 && performance.now() < deadlineMs) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      clearInterval(timer);
      if (ticks >= seen + 2) return longestMs;
      throw new Error(`the guest has stopped: ${files.map(endOf).join(' | ')}`);
    },
  };
}

/** A machine with the same command line, its own disk, driven at its monitors. */
async function startByHand({ words, from, directory }) {
  const places = NODES.map((node) => join(directory, node));
  const keyDir = join(directory, 'key');
  for (const place of [...places, keyDir]) mkdirSync(place, { recursive: true });
  const disk = words.join('\n').match(/"filename":"([^"]*root[.]qcow2)"/)?.[1];
  const own = join(directory, 'root.qcow2');
  const copied = startApart(['qemu-img', 'create', '-q', '-f', 'qcow2', own, '1G'], '/dev/null');
  await copied.ended;
  const key = randomBytes(KEY_BYTES).toString('hex');
  writeFileSync(join(keyDir, 'keys.psk'), `novacron:${key}\n`, { mode: 0o600 });

  let at = 0;
  let running = await start(0, []);
  let left;
  await running.monitor.execute('cont');
  await awaitText(join(places[0], 'console.log'), (text) => text.includes('GUEST-READY'));

  async function start(index, more) {
    const line = words.map((word) => word.replaceAll(from, places[index]).replaceAll(disk, own));
    const log = join(directory, 'qemu.log');
    const { child, ended } = startApart([...line, ...more], log);
    const monitor = await connect(join(places[index], 'qmp.sock'));
    return { child, ended, monitor };
  }

  async function addKey({ monitor }, endpoint) {
    const user = endpoint === 'client' ? { username: 'novacron' } : {};
    const about = { 'qom-type': 'tls-creds-psk', id: 'key', dir: keyDir, endpoint, ...user };
    await monitor.execute('object-del', { id: 'key' }).catch(() => undefined);
    await monitor.execute('object-add', about);
    await monitor.execute('migrate-set-parameters', { 'tls-creds': 'key' });
  }

  async function setCapabilities({ monitor }, names) {
    const capabilities = names.map((capability) => ({ capability, state: true }));
    await monitor.execute('migrate-set-capabilities', { capabilities });
  }

  async function hop() {
    const target = await start(1 - at, ['-incoming', 'defer']);
    await setCapabilities(target, ['events', 'return-path', 'late-block-activate']);
    await addKey(target, 'server');
    await target.monitor.execute('migrate-incoming', { uri: `tcp:${ADDRESS}:0` });
    const {
      'socket-address': [{ port }],
    } = await target.monitor.execute('query-migrate');
    await addKey(running, 'client');
    await setCapabilities(running, CAPABILITIES);
    const parameters = { 'max-bandwidth': 0, 'downtime-limit': DOWNTIME_MS_MAX };
    await running.monitor.execute('migrate-set-parameters', parameters);
    const completed = new Promise((resolve, reject) => {
      running.monitor.onEvent(({ name, data }) => {
        if (name !== 'MIGRATION') return;
        if (data.status === 'completed') resolve();
        if (data.status === 'failed') reject(new Error('the migration by hand failed'));
      });
    });
    await running.monitor.execute('migrate', { uri: `tcp:${ADDRESS}:${port}` });
    await completed;
    await target.monitor.execute('cont');
    left = running;
    running = target;
    at = 1 - at;
  }

  return {
    places,
    place: () => places[at],
    hop,
    endSource: async () => {
      left.monitor.close();
      left.child.kill('SIGKILL');
      await left.ended;
      rmSync(join(places[1 - at], 'qmp.sock'), { force: true });
    },
    close: () => {
      running.child.kill('SIGKILL');
      running.monitor.close();
    },
  };
}

/** Connects as soon as there is a monitor. */
async function connect(path) {
  for (;;) {
    const client = await openQmpClient({ path, timers: systemTimers }).catch(() => undefined);
    if (client !== undefined) return client;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
