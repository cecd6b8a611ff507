import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CAUSE_WORDS, explainDiagnosis } from './explain-diagnosis.ts';
import type {
  AffectedVm,
  CauseKind,
  DiagnosisInput,
  RecentChange,
  SuspectNode,
} from './model/diagnosis.ts';
import { planDiagnosis } from './plan-diagnosis.ts';

const START_MS = 100_000_000;
const MINUTE_MS = 60_000;

const node = (name: string, more: Partial<SuspectNode> = {}): SuspectNode => ({
  name,
  zone: 'zone-a',
  rack: 'rack-1',
  state: 'answers',
  poolHeartbeat: null,
  fence: null,
  memoryUsedRatio: null,
  storageFreeRatio: null,
  vmCount: 4,
  ...more,
});
const silent = (name: string, more: Partial<SuspectNode> = {}) =>
  node(name, { state: 'silent', ...more });
const vm = (name: string, more: Partial<AffectedVm> = {}): AffectedVm => ({
  id: `vm_${name}`,
  name,
  node: 'a',
  stops: [],
  memoryAvailableRatio: null,
  console: [],
  ...more,
});
const stopsOf = (reason: string, count = 3, on = ['a']) =>
  Array.from({ length: count }, (_, at) => ({
    atMs: START_MS - (count - at) * MINUTE_MS,
    reason,
    node: on[at % on.length] ?? 'a',
  }));
const change = (minutesBefore: number, more: Partial<RecentChange> = {}): RecentChange => ({
  atMs: START_MS - minutesBefore * MINUTE_MS,
  operation: 'vm.update',
  by: 'anna',
  actor: 'person',
  subject: 'vm',
  name: 'web',
  fields: ['memory_gb'],
  ...more,
});

function inputOf(
  cause: DiagnosisInput['incident']['cause'],
  more: Partial<DiagnosisInput> = {},
): DiagnosisInput {
  const fleet = { nodes: 20, silent: more.nodes?.filter((each) => each.state === 'silent').length };
  return {
    incident: { cause, startedAtMs: START_MS },
    nodes: [],
    vms: [],
    changes: [],
    ...more,
    fleet: more.fleet ?? { ...fleet, silent: fleet.silent ?? 0 },
  };
}
const loop = (more: Partial<DiagnosisInput>) =>
  inputOf('crash_loop', { nodes: [node('a')], ...more });

const read = (state: 'moves' | 'stopped'): SuspectNode['poolHeartbeat'] => ({
  state,
  by: ['b'],
  guests: 3,
  atMs: START_MS,
});

/** Failures, with their evidence. */
const CASES: readonly (readonly [string, CauseKind, DiagnosisInput])[] = [
  [
    'the server lost its network',
    'servers_cut_off',
    inputOf('fleet_lost', { nodes: [silent('a'), silent('b')], fleet: { nodes: 20, silent: 19 } }),
  ],
  [
    'the switch of a rack failed',
    'shared_infrastructure',
    inputOf('zone_lost', { nodes: [silent('a'), silent('b'), silent('c')] }),
  ],
  [
    'the power of a zone failed',
    'shared_infrastructure',
    inputOf('zone_lost', { nodes: [silent('a'), silent('b', { rack: 'rack-2' })] }),
  ],
  [
    'a host burned, and a person looked at it',
    'host_failed',
    inputOf('node_lost', { nodes: [node('a', { state: 'dead', fence: 'confirmed' })] }),
  ],
  [
    'a host died, and its heartbeat in the shared storage has stopped',
    'host_failed',
    inputOf('node_lost', { nodes: [silent('a', { poolHeartbeat: read('stopped') })] }),
  ],
  [
    'a host died, and was powered off by its fence device',
    'host_failed',
    inputOf('node_lost', {
      nodes: [node('a', { state: 'dead', fence: 'power' })],
      fleet: { nodes: 20, silent: 0, dead: 1 },
    }),
  ],
  [
    'the hypervisor process of a VM hangs, soon after the VM was changed',
    'hypervisor_process',
    inputOf('unhealthy', {
      nodes: [node('a')],
      vms: [vm('web', { hung: 'its hypervisor process has not responded for 61 s' })],
      changes: [change(6)],
    }),
  ],
  [
    'a host was confirmed dead by mistake, and its guests have their disks open',
    'host_unreachable',
    inputOf('node_lost', {
      nodes: [node('a', { state: 'dead', fence: 'confirmed', fenceReason: 'burned down' })],
      locks: [{ vm: 'db', node: 'a', atMs: START_MS }],
    }),
  ],
  [
    'a host died some time after its maintenance had ended',
    'host_failed',
    inputOf('node_lost', {
      nodes: [node('a', { state: 'dead', fence: 'confirmed' })],
      changes: [
        change(21, { subject: 'node', operation: 'node.activate', name: 'a' }),
        change(25, { subject: 'node', operation: 'node.drain', name: 'a' }),
      ],
    }),
  ],
  [
    'a new VM panics',
    'guest_kernel',
    loop({
      vms: [vm('web', { stops: stopsOf('panic'), console: ['Kernel panic - not syncing'] })],
      changes: [change(3, { operation: 'vm.create', fields: [] })],
    }),
  ],
  [
    'the process of a new VM crashes',
    'hypervisor_process',
    loop({
      vms: [vm('web', { stops: stopsOf('crash') })],
      changes: [change(3, { operation: 'vm.create', fields: [] })],
    }),
  ],
  [
    'the management port of a host was pulled out',
    'host_unreachable',
    inputOf('management_lost', { nodes: [silent('a', { poolHeartbeat: read('moves') })] }),
  ],
  [
    'the management switch of a rack failed',
    'shared_infrastructure',
    inputOf('management_lost', {
      nodes: ['a', 'b', 'c'].map((name) => silent(name, { poolHeartbeat: read('moves') })),
    }),
  ],
  [
    'a person replaced the network card of a node',
    'node_work',
    inputOf('node_lost', {
      nodes: [silent('a')],
      changes: [change(20, { subject: 'node', operation: 'node.drain', name: 'a' })],
    }),
  ],
  [
    'one machine was undefined by hand',
    'removed_outside',
    inputOf('machine_missing', { nodes: [node('a')], vms: [vm('web')] }),
  ],
  [
    'the run directory was on a disk that is gone',
    'node_storage_lost',
    inputOf('machine_missing', { nodes: [node('a', { vmCount: 2 })], vms: [vm('x'), vm('y')] }),
  ],
  [
    'the kernel of the guest panics',
    'guest_kernel',
    loop({
      vms: [vm('web', { stops: stopsOf('panic'), console: ['Kernel panic - not syncing'] })],
    }),
  ],
  [
    'the guest kills its processes',
    'guest_memory',
    loop({
      vms: [
        vm('web', {
          stops: stopsOf('panic'),
          console: ['Out of memory: Killed process 1 (init)', 'Kernel panic - not syncing'],
          memoryAvailableRatio: 0.01,
        }),
      ],
    }),
  ],
  [
    'the pool of the node is full',
    'disk_error',
    loop({
      nodes: [node('a', { storageFreeRatio: 0.001 })],
      vms: [vm('db', { stops: stopsOf('io_error') })],
    }),
  ],
  [
    'the hypervisor has a bug on one node',
    'hypervisor_process',
    loop({ vms: [vm('x', { stops: stopsOf('crash') }), vm('y', { stops: stopsOf('crash') })] }),
  ],
  [
    'the kernel of the host ends machines, because the node is overcommitted',
    'host_memory',
    loop({
      nodes: [node('a', { memoryUsedRatio: 0.99, vmCount: 30 })],
      vms: [vm('x', { stops: stopsOf('crash', 3, ['a', 'a', 'b']).slice(0, 2) })],
    }),
  ],
  [
    'a new version of the template has no root file system',
    'template_image',
    loop({
      vms: [
        vm('web-1', { console: ['VFS: Unable to mount root fs on unknown-block(0,0)'] }),
        vm('web-2', { console: ['VFS: Unable to mount root fs on unknown-block(0,0)'] }),
      ],
      changes: [change(30, { subject: 'template', operation: 'template.update', name: 'base' })],
    }),
  ],
  [
    'a person made the memory too small',
    'recent_change',
    loop({ vms: [vm('web', { stops: stopsOf('guest_reset') })], changes: [change(6)] }),
  ],
  [
    'a host restarts again and again',
    'host_failed',
    loop({ vms: [vm('x', { stops: stopsOf('host') }), vm('y', { stops: stopsOf('host') })] }),
  ],
  [
    'a timer in the guest shuts it down',
    'guest_shutdown',
    loop({ vms: [vm('batch', { stops: stopsOf('guest') })] }),
  ],
];

describe('a diagnosis', () => {
  test.each(CASES)('of an incident in which %s names %s first', (_title, cause, input) => {
    expect(planDiagnosis(input).causes[0]?.cause).toBe(cause);
  });

  test('is as confident as it may be: its Brier score over the table is below 0.05', () => {
    const errors = CASES.map(([, cause, input]) => {
      const right = planDiagnosis(input).causes.find((each) => each.cause === cause);
      return (1 - (right?.confidence ?? 0)) ** 2;
    });
    expect(errors.reduce((sum, each) => sum + each, 0) / errors.length).toBeLessThan(0.05);
  });

  test('without evidence explains nothing', () => {
    expect(planDiagnosis(loop({ vms: [vm('web')] }))).toEqual({ causes: [], unexplained: 1 });
  });

  test('does not blame what NovaCron did, nor changes that came after', () => {
    const changes = [change(5, { actor: 'automation' }), change(-1), change(60 * 25)];
    expect(planDiagnosis(loop({ vms: [vm('web')], changes })).causes).toEqual([]);
  });

  test('trusts a change less the longer it is ago', () => {
    const confidences = [5, 60, 600].map(
      (minutes) => planDiagnosis(loop({ changes: [change(minutes)] })).causes[0]?.confidence ?? 0,
    );
    expect(confidences).toEqual([...confidences].sort((left, right) => right - left));
    expect(new Set(confidences).size).toBe(3);
  });

  test('of VMs that crash on two nodes does not blame one', () => {
    const on = (nodes: readonly string[]) =>
      planDiagnosis(loop({ vms: [vm('x', { stops: stopsOf('crash', 4, [...nodes]) })] }));
    expect(on(['a', 'b']).causes[0]?.confidence).toBeLessThan(on(['a']).causes[0]?.confidence ?? 0);
  });

  test('counts the other VMs of a node, and names none', () => {
    const input = loop({ nodes: [node('a', { memoryUsedRatio: 1, vmCount: 3 })], vms: [vm('x')] });
    expect(planDiagnosis(input).causes[0]?.findings.map(({ text }) => text)).toEqual([
      '100 % of the memory of a is in use; 2 other VMs on it.',
    ]);
  });

  test('says nothing of others on a node to those who do not run the fleet', () => {
    const hidden = (more: Partial<SuspectNode>) => node('a', { othersHidden: true, ...more });
    const texts = (input: DiagnosisInput) =>
      planDiagnosis(input).causes.flatMap(({ findings }) => findings.map(({ text }) => text));
    const full = loop({ nodes: [hidden({ memoryUsedRatio: 1, vmCount: 3 })], vms: [vm('x')] });
    expect(texts(full)).toEqual(['100 % of the memory of a is in use.']);
    const missing = { nodes: [hidden({ vmCount: 9 })], vms: [vm('x')] };
    expect(texts(inputOf('machine_missing', missing))).toContain(
      '1 machine of a missing; others of it are there.',
    );
    const poolHeartbeat = { state: 'moves', by: [], guests: null, atMs: START_MS } as const;
    const cutOff = { nodes: [hidden({ state: 'silent', poolHeartbeat })] };
    expect(texts(inputOf('management_lost', cutOff))).toContain(
      'The heartbeat of a in the shared storage moves, as other nodes read.',
    );
  });

  test('reads as lines', () => {
    const input = loop({
      vms: [vm('web', { stops: stopsOf('panic'), console: ['Kernel panic - not syncing: x'] })],
      changes: [change(8)],
    });
    expect(explainDiagnosis(planDiagnosis(input))).toEqual([
      ' 79 %  The kernel of the guest fails.',
      '      + web stopped 3 times: the kernel of the guest panicked.',
      '      + The console of web said: "Kernel panic - not syncing: x".',
      ' 20 %  A recent change of the VM or of what it uses.',
      '      + anna did vm.update of web (memory_gb) 8 minutes before.',
      '  1 %  Other or unknown cause.',
    ]);
  });

  const cases = fc.constantFrom(...CASES.map(([, , input]) => input));

  test('consists of probabilities, and ranks the most likely first', () => {
    fc.assert(
      fc.property(cases, cases, ({ incident, ...left }, right) => {
        const input = { ...left, incident, changes: [...left.changes, ...right.changes] };
        const { causes, unexplained } = planDiagnosis({ ...input, vms: right.vms });
        const all = causes.map(({ confidence }) => confidence);
        expect(all.reduce((sum, each) => sum + each, unexplained)).toBeCloseTo(1, 9);
        expect(all).toEqual([...all].sort((one, other) => other - one));
        expect(unexplained).toBeGreaterThan(0);
        for (const { cause } of causes) expect(CAUSE_WORDS[cause].advice).not.toEqual([]);
      }),
    );
  });

  test('does not depend on the order of the evidence', () => {
    fc.assert(
      fc.property(cases, cases, (left, right) => {
        const changes = [...left.changes, ...right.changes];
        const vms = [...left.vms, ...right.vms];
        const turned = { changes: [...changes].reverse(), vms: [...vms].reverse() };
        const one = planDiagnosis({ ...left, changes, vms });
        const other = planDiagnosis({ ...left, ...turned });
        expect(other.causes.map(({ cause, confidence }) => [cause, confidence])).toEqual(
          one.causes.map(({ cause, confidence }) => [cause, confidence]),
        );
      }),
    );
  });
});
