/**
 * Rebalancing against Ganeti's hbal, on the same generated clusters and judged by hbal's own score.
 * hbal comes from Debian's package, unpacked into the figure's directory; nothing is installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planImprovement } from '@novacron/engine/placement/optimizer/plan-improvement';
import { makeRng } from '@novacron/engine/rng';
import { median } from 'simple-statistics';
import { round } from '../../statistics.mjs';

const PACKAGES = ['ganeti-htools-3.0', 'libpcre3'];
const HBAL = 'usr/lib/ganeti/3.0/usr/bin/hbal';
const LIBRARIES = 'lib/x86_64-linux-gnu';
const RATIO_GOAL = 0.05;
const HBAL_MS_MAX = 120_000;
/** Plans made before any is timed: the compiler is done with what a server runs all day. */
const WARM_UP = 20;
/** Times that both sides plan for a cluster; the median of each counts. */
const ROUNDS = 3;

const CLUSTERS = [
  { nodes: 10, vms: 120, seed: 'hbal-1' },
  { nodes: 20, vms: 200, seed: 'hbal-2' },
  { nodes: 20, vms: 200, seed: 'hbal-3' },
];
const NODE = { cpuCores: 64, memoryMib: 262_144, diskGb: 4096 };
const FILL_MAX = 0.8;
const MIB_PER_GB = 1024;

/** hbal counts each VM as one unit of four loads; disks of `rbd` VMs are not on the node. */
const WEIGHTS = { cpu: 1, memory: 1, disk: 0, vms: 4 };

/** hbal's name of what `rbd` VMs are: their disks are reached from everywhere. */
const DISK_TEMPLATE = 'rbd';

export const figure = {
  name: 'rebalance-hbal',
  summary: "time of a rebalance against Ganeti's hbal; no worse by its score, no more moves",
  measure: async ({ directory, progress }) => {
    const hbal = unpack(directory);
    if (hbal === undefined) {
      return { skipped: `Debian's ${PACKAGES.join(' and ')} cannot be downloaded here` };
    }
    const first = makeCluster(CLUSTERS[0]);
    const [coldMs] = timePlan(first);
    for (let plan = 0; plan < WARM_UP; plan += 1) rebalance(first);
    const runs = CLUSTERS.map((load) => {
      const run = compare(hbal, makeCluster(load), directory);
      const { moves, score, ratio } = run;
      progress(
        `${load.nodes} nodes: ${moves.ours} moves to ${score.ours}, ` +
          `hbal ${moves.hbal} to ${score.hbal}; ${round(run.oursMs, 1)} ms against ` +
          `${round(run.hbalMs, 1)} ms, ${round(ratio, 4)} of the time`,
      );
      return run;
    });
    const ratios = runs.map(({ ratio }) => ratio);
    const value = round(median(ratios), 4);
    const isAsGood = runs.every(
      ({ moves, score }) => score.ours <= score.hbal && moves.ours <= moves.hbal,
    );
    return {
      value,
      unit: 'ratio',
      peer: 'ganeti hbal',
      goal: RATIO_GOAL,
      better: 'lower',
      ok: value <= RATIO_GOAL && isAsGood,
      worst: round(Math.max(...ratios), 4),
      ours_ms: runs.map(({ oursMs }) => round(oursMs, 1)),
      peer_ms: runs.map(({ hbalMs }) => round(hbalMs, 1)),
      first_plan_ms: round(coldMs, 1),
      moves: runs.map(({ moves }) => moves),
      scores: runs.map(({ score }) => score),
      repetitions: runs.length,
    };
  },
};

/** Returns the path of hbal; undefined if no Debian mirror provides it. */
function unpack(directory) {
  try {
    const options = { cwd: directory, stdio: 'ignore' };
    execFileSync('apt-get', ['download', ...PACKAGES], options);
    for (const file of readdirSync(directory).filter((name) => name.endsWith('.deb'))) {
      execFileSync('dpkg-deb', ['-x', file, '.'], options);
    }
    const env = { ...process.env, LD_LIBRARY_PATH: join(directory, LIBRARIES) };
    const hbal = { path: join(directory, HBAL), env };
    execFileSync(hbal.path, ['--version'], { env, stdio: 'ignore' });
    return hbal;
  } catch {
    return undefined;
  }
}

function makeCluster({ nodes: count, vms: vmCount, seed }) {
  const rng = makeRng(seed);
  const pick = (list) => list[Math.floor(rng.next() * list.length)];
  const nodes = Array.from({ length: count }, (_, at) => ({
    name: `node-${at}`,
    id: `node-${at}`,
    zone: 'z',
    rack: 'r',
    status: 'ready',
    capacity: NODE,
    used: { cpuCores: 0, memoryMib: 0, diskGb: 0 },
    vmCount: 0,
  }));
  const vms = Array.from({ length: vmCount }, (_, at) => {
    const cpuCores = pick([1, 2, 4, 8]);
    const memoryMib = cpuCores * pick([1024, 2048, 4096]);
    const size = { cpuCores, memoryMib, diskGb: pick([10, 20, 50, 100]) };
    const node = findRoom({ nodes, size, rng });
    node.used.cpuCores += cpuCores;
    node.used.memoryMib += memoryMib;
    node.used.diskGb += size.diskGb;
    const vm = { name: `vm-${at}`, ...size, labels: {} };
    const ask = { vm, constraints: {}, strategy: 'balanced' };
    return { id: vm.name, tenantId: 'tenant', node: node.name, request: ask };
  });
  return { nodes, vms };
}

/** Uneven on purpose: the first nodes are chosen more often. */
function findRoom({ nodes, size, rng }) {
  for (;;) {
    const node = nodes[Math.floor(rng.next() * rng.next() * nodes.length)];
    const cores = node.used.cpuCores + size.cpuCores;
    const memory = node.used.memoryMib + size.memoryMib;
    if (cores <= NODE.cpuCores && memory <= NODE.memoryMib * FILL_MAX) return node;
  }
}

function rebalance({ nodes, vms }) {
  const goal = { kind: 'rebalance', weights: WEIGHTS };
  const planned = planImprovement({ goal, nodes, vms, movesMax: 1000, failover: 'keep' });
  if (!planned.ok) throw new Error(planned.error.detail);
  return planned.value;
}

/** @returns how long it took in ms, and the plan */
function timePlan(cluster) {
  const startedMs = performance.now();
  const plan = rebalance(cluster);
  return [performance.now() - startedMs, plan];
}

/**
 * Both sides plan in turns. Ours does so in a process that has planned before, as a server's has;
 * of hbal's time its start is taken away, measured by a run that only says its version.
 */
function compare(hbal, cluster, directory) {
  const before = writeCluster(join(directory, 'before.txt'), cluster);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const [oursMs, plan] = timePlan(cluster);
    const [startMs] = timeHbal(hbal, ['--version']);
    const [wholeMs, theirs] = timeHbal(hbal, ['-t', before, '-v']);
    return { oursMs, plan, hbalMs: wholeMs - startMs, theirs };
  });
  const { plan, theirs } = rounds[0];
  const home = new Map(plan.moves.map(({ vm, to }) => [vm, to]));
  const vms = cluster.vms.map((each) => ({ ...each, node: home.get(each.id) ?? each.node }));
  const after = writeCluster(join(directory, 'after.txt'), { ...cluster, vms });
  const ours = runHbal(hbal, ['-t', after, '-v', '-l', '0']);
  const oursMs = median(rounds.map((each) => each.oursMs));
  const hbalMs = median(rounds.map((each) => each.hbalMs));
  return {
    oursMs,
    hbalMs,
    ratio: oursMs / hbalMs,
    moves: { ours: plan.moves.length, hbal: (theirs.match(/^ *\d+\. /gm) ?? []).length },
    score: {
      ours: scoreIn(ours, /Initial score: *([\d.]+)/),
      hbal: scoreIn(theirs, /Cluster score improved from [\d.]+ to ([\d.]+)/),
    },
  };
}

/** @returns how long it took in ms, and what was printed */
function timeHbal(hbal, args) {
  const startedMs = performance.now();
  const text = runHbal(hbal, args);
  return [performance.now() - startedMs, text];
}

function runHbal({ path, env }, args) {
  const { stdout, status } = spawnSync(path, args, { env, encoding: 'utf8', timeout: HBAL_MS_MAX });
  if (status !== 0) throw new Error(`hbal ended with ${status}`);
  return stdout;
}

function scoreIn(text, pattern) {
  const found = pattern.exec(text);
  if (found === null) throw new Error('hbal prints no score');
  return Number(found[1]);
}

/** The text format of htools: groups, nodes, instances, an empty line between them. */
function writeCluster(path, { nodes, vms }) {
  const nodeLines = nodes.map(({ name, capacity }) => {
    const own = vms.filter(({ node }) => node === name).map(({ request }) => request.vm);
    const sum = (read) => own.reduce((total, vm) => total + read(vm), 0);
    const freeMib = capacity.memoryMib - sum((vm) => vm.memoryMib);
    const freeDiskMib = (capacity.diskGb - sum((vm) => vm.diskGb)) * MIB_PER_GB;
    const memory = [capacity.memoryMib, 0, freeMib];
    const disk = [capacity.diskGb * MIB_PER_GB, freeDiskMib];
    return [name, ...memory, ...disk, capacity.cpuCores, 'N', 'group', 1].join('|');
  });
  const vmLines = vms.map(({ id, node, request: { vm } }) => {
    const size = [vm.memoryMib, vm.diskGb * MIB_PER_GB, vm.cpuCores];
    return [id, ...size, 'running', 'Y', node, '', DISK_TEMPLATE, '', 1].join('|');
  });
  writeFileSync(
    path,
    ['all|group|preferred||', '', ...nodeLines, '', ...vmLines, '', ''].join('\n'),
  );
  return path;
}
