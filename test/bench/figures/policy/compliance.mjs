/** Compliance: checks of a fleet a second, and the cost of judging a changed VM again. */
import { planCheckResults } from '@novacron/engine/compliance/plan-check-results';
import { planTallies } from '@novacron/engine/compliance/plan-compliance-report';
import { planFindingChanges } from '@novacron/engine/compliance/plan-finding-changes';
import { median } from 'simple-statistics';
import { round } from '../../statistics.mjs';

const VMS = 10_000;
const ROUNDS = 5;
const CHANGES = 500;
const RATE_GOAL = 600_000;
const CHANGE_GOAL_MS = 10;

const AROUND = {
  nowMs: Date.UTC(2026, 5, 3, 12),
  securityGroups: new Map(),
  volumes: new Map(),
  vmNodes: new Map(),
  drift: new Map(),
  release: '1.0.0',
};

const CLASSES = ['public', 'internal', 'pci', 'pii', undefined];

/** VMs of all classes; a third has an open port. */
function makeVm(number) {
  const dataClass = CLASSES[number % CLASSES.length];
  return {
    id: `vm_${number}`,
    name: `vm-${number}`,
    metadata: { owner: 'shop', env: 'prod', ...(dataClass && { 'data-class': dataClass }) },
    secure_boot: number % 2 === 0,
    tpm: true,
    deletion_protection: false,
    io_limits: null,
    security_groups: [],
    firewall_rules: [
      {
        direction: 'ingress',
        action: 'allow',
        protocol: 'tcp',
        ports: number % 3 === 0 ? '22' : '443',
        cidr: '0.0.0.0/0',
        description: 'web',
      },
    ],
    healing: null,
    network_interfaces: [{ ip_address: '10.0.0.7' }],
    volumes: [],
    network_id: 'net_a',
    node: 'node-1',
    requirements: null,
    foreign_devices: [],
  };
}

const judge = (vm) => planCheckResults('vm', vm, AROUND);

const countedOf = (vm, results) =>
  results.map(({ checkId, state }) => ({
    result: { checkId, state },
    labels: vm.metadata,
    isWaived: false,
  }));

function cpuMs(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

export const complianceFigures = [
  {
    name: 'compliance-checks',
    summary: 'checks a second of a fleet of 10,000 VMs, on one thread (median)',
    measure: async () => {
      const vms = Array.from({ length: VMS }, (_, number) => makeVm(number));
      const rates = Array.from({ length: ROUNDS }, () => {
        let count = 0;
        const ms = cpuMs(() => {
          for (const vm of vms) count += judge(vm).length;
        });
        return (1_000 * count) / ms;
      });
      const value = round(median(rates), 0);
      return {
        value,
        unit: '1/s',
        goal: RATE_GOAL,
        better: 'higher',
        ok: value >= RATE_GOAL,
        checks_of_a_vm: judge(vms[0]).length,
      };
    },
  },
  {
    name: 'compliance-change',
    summary: 'CPU to judge a changed VM again among 10,000, sums and findings included (mean)',
    measure: async () => {
      const vms = Array.from({ length: VMS }, (_, number) => makeVm(number));
      let tallies = planTallies(new Map(), {
        added: vms.flatMap((vm) => countedOf(vm, judge(vm))),
      });
      const ms = cpuMs(() => {
        for (let number = 0; number < CHANGES; number += 1) {
          const vm = vms[number];
          const removed = countedOf(vm, judge(vm));
          const changed = { ...vm, firewall_rules: [] };
          const results = judge(changed);
          planFindingChanges([], results);
          tallies = planTallies(tallies, { added: countedOf(changed, results), removed });
          JSON.stringify([...tallies]);
        }
      });
      const value = round(ms / CHANGES, 3);
      return {
        value,
        unit: 'ms',
        goal: CHANGE_GOAL_MS,
        better: 'lower',
        ok: value <= CHANGE_GOAL_MS,
      };
    },
  },
];
