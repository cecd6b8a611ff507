import { expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const LOOK_MS = 16_000;

const LABELS = { owner: 'shop', env: 'prod', 'data-class': 'internal' };
const RECOVERY = { criticality: 'low', rto: '4h', rpo: '24h' };

const HTTPS = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '443',
  cidr: '0.0.0.0/0',
  description: 'web',
} as const;

const GOOD_VM: Omit<InputOf<'vm.create'>, 'name'> = {
  cpu_cores: 1,
  memory_gb: 1,
  disk_gb: 5,
  metadata: { ...LABELS, ...RECOVERY },
  io_limits: { disk_iops: 500 },
  firewall_rules: [HTTPS],
  healing: { health_check: { kind: 'tcp', port: 443 } },
};

type Seeded<Input> = readonly (readonly [Input, readonly string[]])[];

/** VMs, and the checks that each fails: those that are not listed must not be found. */
const VMS: Seeded<InputOf<'vm.create'>> = [
  [{ ...GOOD_VM, name: 'good' }, []],
  [{ ...GOOD_VM, name: 'unlimited', io_limits: null }, ['NC-VM-021']],
  [
    {
      ...GOOD_VM,
      name: 'ssh',
      firewall_rules: [{ ...HTTPS, ports: '22', description: null }],
    },
    ['NC-NET-001', 'NC-NET-007'],
  ],
  [
    {
      ...GOOD_VM,
      name: 'open',
      firewall_rules: [{ ...HTTPS, protocol: 'any', ports: null }],
    },
    ['NC-NET-001', 'NC-NET-002'],
  ],
  [
    {
      ...GOOD_VM,
      name: 'ftp',
      firewall_rules: [{ ...HTTPS, ports: '21', cidr: '10.0.0.0/8' }],
    },
    ['NC-NET-008'],
  ],
  [
    { ...GOOD_VM, name: 'cards', metadata: { ...LABELS, ...RECOVERY, 'data-class': 'pci' } },
    ['NC-NET-004', 'NC-VM-001'],
  ],
  [
    { ...GOOD_VM, name: 'people', metadata: { ...LABELS, ...RECOVERY, 'data-class': 'pii' } },
    ['NC-INV-010', 'NC-VM-001'],
  ],
  [
    { ...GOOD_VM, name: 'critical', metadata: { ...LABELS, ...RECOVERY, criticality: 'high' } },
    ['NC-VM-017'],
  ],
  [{ ...GOOD_VM, name: 'blind', healing: null }, ['NC-AVL-003']],
  [{ ...GOOD_VM, name: 'vague', metadata: { ...LABELS } }, ['NC-INV-009']],
  [
    { ...GOOD_VM, name: 'bare', metadata: {}, healing: null },
    ['NC-INV-001', 'NC-INV-005', 'NC-INV-006', 'NC-INV-010', 'NC-NET-004', 'NC-VM-001'],
  ],
  [
    { ...GOOD_VM, name: 'toy', metadata: { owner: 'ann', env: 'dev' }, healing: null },
    ['NC-INV-006'],
  ],
];

const VOLUMES: Seeded<InputOf<'volume.create'>> = [
  [{ name: 'vol-good', size_gb: 1, metadata: LABELS }, []],
  [
    { name: 'vol-cards', size_gb: 1, metadata: { ...LABELS, 'data-class': 'pci' } },
    ['NC-DAT-001', 'NC-DAT-005', 'NC-DAT-009'],
  ],
  [
    {
      name: 'vol-sealed',
      size_gb: 1,
      metadata: { ...LABELS, 'data-class': 'pci' },
      encrypted: true,
    },
    ['NC-DAT-005', 'NC-DAT-009'],
  ],
  [{ name: 'vol-lost', size_gb: 1, metadata: { 'data-class': 'public' } }, ['NC-INV-003']],
];

const NETWORKS: Seeded<InputOf<'network.create'>> = [
  [{ name: 'net-good', cidr: '10.1.0.0/24', metadata: LABELS }, []],
  [{ name: 'net-bare', cidr: '10.2.0.0/24' }, ['NC-INV-003', 'NC-INV-005', 'NC-INV-006']],
];

const GROUPS: Seeded<InputOf<'security_group.create'>> = [
  [{ name: 'sg-good', rules: [HTTPS] }, []],
  [{ name: 'sg-rdp', rules: [{ ...HTTPS, ports: '3389' }] }, ['NC-NET-001']],
  [{ name: 'sg-half', rules: [{ ...HTTPS, cidr: '128.0.0.0/1', ports: '22' }] }, ['NC-NET-001']],
  [{ name: 'sg-inside', rules: [{ ...HTTPS, cidr: '10.0.0.0/8', ports: '22' }] }, []],
];

/** The bench itself: no policy, channel, quota, backup or limit, and long sessions. */
const OWN = {
  admin: ['NC-IAM-006', 'NC-IAM-023'],
  default: ['NC-CHG-001', 'NC-LOG-014', 'NC-TEN-006'],
  server: ['NC-BCK-005', 'NC-BCK-007', 'NC-CHG-002', 'NC-IAM-004', 'NC-IAM-018', 'NC-SRV-013'],
};

const bench = useBench();

test('a seeded fleet has the findings that are written down here, and no other', async () => {
  for (const [input] of NETWORKS) await bench().expectOk('network.create', input);
  for (const [input] of GROUPS) await bench().expectOk('security_group.create', input);
  for (const [input] of VOLUMES) await bench().expectOk('volume.create', input);
  for (const [input] of VMS) await bench().expectOk('vm.create', input);
  await bench().endAll();
  const seeded = [...VMS, ...VOLUMES, ...NETWORKS, ...GROUPS];
  const expected = Object.fromEntries(seeded.map(([{ name }, checks]) => [name, checks]));
  const found = await waitUntil('a complete scan', async () => {
    await bench().advance(LOOK_MS);
    const { standards } = await bench().expectOk('compliance.status', {});
    if (standards.every(({ scanned_at: at }) => at === null)) return undefined;
    return bench().expectOk('compliance_finding.list', { state: 'open', limit: 1000 });
  });
  const actual: Record<string, string[]> = {};
  for (const [{ name }] of seeded) actual[name] = [];
  for (const { subject_name: name, check } of found.items) {
    actual[name] = [...(actual[name] ?? []), check].toSorted();
  }
  expect(actual).toEqual({ ...expected, ...OWN });
});
