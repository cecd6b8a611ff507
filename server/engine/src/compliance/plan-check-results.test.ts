import { describe, expect, test } from '@jest/globals';
import type { Surroundings } from './model/check.ts';
import type { SubjectFacts, SubjectKind } from './model/facts.ts';
import { planCheckResults } from './plan-check-results.ts';

const NOW = '2026-11-30T12:00:00Z';
const around: Omit<Surroundings, 'parameters'> = {
  nowMs: Date.parse(NOW),
  release: '0.2.0',
  drift: new Map(),
  volumes: new Map([
    ['vol_pii', { id: 'vol_pii', name: 'people', metadata: { 'data-class': 'pii' } }],
  ]),
  vmNodes: new Map([
    ['vm_1', 'node-1'],
    ['vm_2', 'node-1'],
    ['vm_3', 'node-2'],
    ['vm_new', null],
  ]),
  securityGroups: new Map([
    ['sg_out', { id: 'sg_out', name: 'out', rules: [rule({ direction: 'egress', ports: '443' })] }],
    ['sg_all', { id: 'sg_all', name: 'all', rules: [rule({ direction: 'egress', ports: 'all' })] }],
    ['sg_v6', { id: 'sg_v6', name: 'v6', rules: [egress('::/0')] }],
    [
      'sg_half',
      { id: 'sg_half', name: 'half', rules: [egress('0.0.0.0/1'), egress('128.0.0.0/1')] },
    ],
  ]),
};

function egress(cidr: string) {
  return rule({ direction: 'egress', protocol: 'any', ports: null, cidr });
}

function rule(given: object = {}) {
  return {
    direction: 'ingress',
    action: 'allow',
    protocol: 'tcp',
    ports: '443',
    cidr: '0.0.0.0/0',
    description: 'web',
    ...given,
  };
}

function stateOf<K extends SubjectKind>(
  kind: K,
  facts: Omit<SubjectFacts[K], 'id' | 'name'>,
  id: string,
) {
  const subject = { id: 'x', name: 'x', ...facts } as SubjectFacts[K];
  const result = planCheckResults(kind, subject, around).find(({ checkId }) => checkId === id);
  return result && `${result.state}${result.reason === '' ? '' : `: ${result.reason}`}`;
}

describe('firewall rules', () => {
  test.each([
    [
      'NC-NET-001',
      { ports: '22' },
      'fail: the ingress rule tcp 22 from 0.0.0.0/0 opens port 22-23 to the Internet',
    ],
    [
      'NC-NET-001',
      { ports: '1-65535', cidr: '::/0' },
      'fail: the ingress rule tcp 1-65535 from ::/0 opens port 22-23 to the Internet',
    ],
    [
      'NC-NET-001',
      { protocol: 'any', ports: null, cidr: '128.0.0.0/1' },
      'fail: the ingress rule any from 128.0.0.0/1 opens port 22-23 to the Internet',
    ],
    ['NC-NET-001', { ports: '22', cidr: '10.0.0.0/8' }, 'pass'],
    ['NC-NET-001', { ports: '22', action: 'deny' }, 'pass'],
    ['NC-NET-001', { ports: '22', direction: 'egress' }, 'pass'],
    ['NC-NET-001', { protocol: 'icmp', ports: null }, 'pass'],
    [
      'NC-NET-002',
      { ports: 'all' },
      'fail: the ingress rule tcp all from 0.0.0.0/0 admits everything from the Internet',
    ],
    ['NC-NET-002', { ports: '443' }, 'pass'],
    [
      'NC-NET-007',
      { description: null },
      'fail: the ingress rule tcp 443 from 0.0.0.0/0 has no description',
    ],
    [
      'NC-NET-008',
      { ports: '20-21', cidr: '10.0.0.0/8' },
      'fail: the ingress rule tcp 20-21 from 10.0.0.0/8 allows port 21, whose protocol is not ' +
        'encrypted',
    ],
    ['NC-NET-008', { ports: '443' }, 'pass'],
    [
      'NC-NET-008',
      { ports: 'all', cidr: '10.0.0.0/8' },
      'fail: the ingress rule tcp all from 10.0.0.0/8 allows port 21, whose protocol is not ' +
        'encrypted',
    ],
    ['NC-NET-001', { ports: '22', cidr: 'fc00::/7' }, 'pass'],
  ])('%s judges %j', (id, given, expected) => {
    expect(stateOf('security_group', { rules: [rule(given)] }, id)).toBe(expected);
    expect(stateOf('vm', { firewall_rules: [rule(given)] }, id)).toBe(expected);
  });

  test('are errors, and no passes, if a fact is not what the contract says', () => {
    const damaged = JSON.parse(
      '{"rules": [{"direction": "ingress", "action": "allow", "cidr": 7}]}',
    );
    expect(stateOf('security_group', damaged, 'NC-NET-001')).toMatch(/^error: the check failed: /);
  });

  test('do not apply to a group without rules', () => {
    expect(stateOf('security_group', { rules: [] }, 'NC-NET-001')).toBe('not-applicable');
  });
});

describe('VMs', () => {
  const pci = { 'data-class': 'pci' };
  const dev = { env: 'dev' };
  const network = { security_groups: [], firewall_rules: [], network_id: 'net_a' };
  const at = (ip_address: string) => [{ ip_address }];

  test.each<[string, Omit<SubjectFacts['vm'], 'id' | 'name'>, string]>([
    ['NC-INV-001', { metadata: { owner: 'ann' } }, 'pass'],
    ['NC-INV-001', { metadata: { owner: '' } }, 'fail: the label `owner` is not set'],
    ['NC-INV-001', {}, 'not-evaluated: fact vm.metadata is absent'],
    [
      'NC-INV-005',
      { metadata: { env: 'live' } },
      'fail: the label `env` is `live`; set it to one of prod, staging, dev, test',
    ],
    [
      'NC-INV-007',
      { metadata: { 'data-class': 'internal' }, volumes: ['vol_pii'] },
      'fail: its class is internal, and volume people is pii',
    ],
    ['NC-INV-007', { metadata: { 'data-class': 'restricted' }, volumes: ['vol_pii'] }, 'pass'],
    ['NC-INV-009', { metadata: { env: 'dev' } }, 'not-applicable'],
    [
      'NC-INV-009',
      { metadata: { env: 'prod', rto: '1h' } },
      'fail: these labels are not set: criticality, rpo',
    ],
    [
      'NC-NET-003',
      network,
      'fail: it has neither a security group nor a firewall rule, so all traffic reaches it',
    ],
    ['NC-NET-003', { ...network, network_id: null }, 'not-applicable'],
    ['NC-NET-003', { ...network, security_groups: ['sg_out'] }, 'pass'],
    ['NC-NET-004', { ...network, metadata: pci }, 'fail: no rule restricts its outgoing traffic'],
    ['NC-NET-004', { ...network, metadata: pci, security_groups: ['sg_out'] }, 'pass'],
    [
      'NC-NET-004',
      { ...network, metadata: pci, security_groups: ['sg_all'] },
      'fail: an egress rule allows everything',
    ],
    [
      'NC-NET-004',
      { ...network, metadata: pci, security_groups: ['sg_v6'] },
      'fail: an egress rule allows everything',
    ],
    [
      'NC-NET-004',
      { ...network, metadata: pci, security_groups: ['sg_half'] },
      'fail: an egress rule allows everything',
    ],
    [
      'NC-NET-005',
      { metadata: pci, network_interfaces: at('8.8.8.8') },
      'fail: its address 8.8.8.8 is public',
    ],
    ['NC-NET-005', { metadata: pci, network_interfaces: at('172.31.0.1') }, 'pass'],
    ['NC-NET-005', { metadata: { role: 'database' }, network_interfaces: at('fd00::1') }, 'pass'],
    ['NC-NET-005', { metadata: dev, network_interfaces: at('8.8.8.8') }, 'not-applicable'],
    [
      'NC-NET-005',
      { metadata: {}, network_interfaces: at('8.8.8.8') },
      'fail: its address 8.8.8.8 is public',
    ],
    ['NC-VM-001', { metadata: pci, secure_boot: true, tpm: false }, 'fail: tpm is off'],
    // Without a class, production counts as sensitive, and so does what names no environment.
    [
      'NC-VM-001',
      { metadata: {}, secure_boot: false, tpm: false },
      'fail: secure_boot and tpm is off',
    ],
    ['NC-VM-001', { metadata: dev, secure_boot: false, tpm: false }, 'not-applicable'],
    [
      'NC-VM-017',
      { metadata: { criticality: 'high' }, deletion_protection: false },
      'fail: deletion_protection is off',
    ],
    ['NC-VM-021', { io_limits: { disk_iops: null } }, 'fail: io_limits is not set'],
    [
      'NC-AVL-003',
      { metadata: { env: 'prod' }, healing: {} },
      'fail: healing.health_check is not set',
    ],
  ])('%s judges %j', (id, facts, expected) => {
    expect(stateOf('vm', facts, id)).toBe(expected);
  });

  test('without facts about drift are not evaluated', () => {
    const { drift: _drift, ...others } = around;
    const results = planCheckResults('vm', { id: 'vm_a', name: 'a' }, others);
    expect(results.find(({ checkId }) => checkId === 'NC-VM-016')).toMatchObject({
      state: 'not-evaluated',
      reason: 'fact drift is absent',
    });
  });

  test('may have drifted for a day', () => {
    const drifted = (detected_at: string, drift_class = 'security') =>
      planCheckResults(
        'vm',
        { id: 'vm_a', name: 'a' },
        {
          ...around,
          drift: new Map([['vm_a', { drift_class, detected_at }]]),
        },
      ).find(({ checkId }) => checkId === 'NC-VM-016');
    expect(drifted('2026-11-29T11:00:00Z')).toMatchObject({
      state: 'fail',
      reason: 'its security settings drifted 25 hours ago',
    });
    expect(drifted('2026-11-29T13:00:00Z')).toMatchObject({ state: 'pass' });
    expect(drifted('2026-11-01T13:00:00Z', 'cosmetic')).toMatchObject({ state: 'pass' });
  });
});

describe('other subjects', () => {
  test.each<[string, SubjectKind, object, string]>([
    [
      'NC-DAT-001',
      'volume',
      { metadata: { 'data-class': 'pii' } },
      'not-evaluated: fact volume.encrypted is absent',
    ],
    [
      'NC-DAT-001',
      'volume',
      { metadata: { 'data-class': 'pii' }, encrypted: false },
      'fail: it is not encrypted',
    ],
    ['NC-DAT-001', 'volume', { metadata: { 'data-class': 'pii' }, encrypted: true }, 'pass'],
    [
      'NC-INV-004',
      'volume',
      { attached_to: null, updated_at: '2026-10-01T12:00:00Z' },
      'fail: it is attached to no VM and has not been changed for 60 days',
    ],
    [
      'NC-TPL-002',
      'template',
      { built_in: false, image_checksum: null },
      'fail: image_checksum is not set',
    ],
    [
      'NC-TPL-003',
      'template',
      { built_in: false, vm_count: 2, updated_at: '2026-08-01T12:00:00Z' },
      'fail: it is 121 days old',
    ],
    [
      'NC-AVL-001',
      'vm_group',
      { metadata: { criticality: 'high' }, member_ids: ['vm_1', 'vm_2', 'vm_new'] },
      'fail: its members are not spread over nodes',
    ],
    [
      'NC-AVL-001',
      'vm_group',
      { metadata: { criticality: 'high' }, member_ids: ['vm_1', 'vm_3'] },
      'pass',
    ],
    [
      'NC-IAM-005',
      'api_key',
      { created_at: '2026-11-01T12:00:00Z', created_by: 'platform', role: 'admin' },
      'fail: it is 29 days old',
    ],
    ['NC-IAM-006', 'api_key', { created_at: NOW, expires_at: null }, 'fail: it never expires'],
    [
      'NC-IAM-006',
      'api_key',
      { created_at: NOW, expires_at: '2028-11-30T12:00:00Z' },
      'fail: it is valid for 731 days; at most 365 are allowed',
    ],
    [
      'NC-IAM-007',
      'api_key',
      { created_at: '2026-01-01T12:00:00Z', last_used_at: '2026-11-29T12:00:00Z' },
      'pass',
    ],
    [
      'NC-IAM-007',
      'api_key',
      { created_at: '2026-01-01T12:00:00Z', last_used_at: null },
      'fail: it has not been used for 333 days',
    ],
    [
      'NC-IAM-010',
      'role',
      { built_in: false, operations: ['*'] },
      'fail: it permits all operations',
    ],
    [
      'NC-IAM-010',
      'tenant',
      { admins: 6 },
      'fail: 6 keys have the role admin; at most 5 are allowed',
    ],
    ['NC-CHG-001', 'tenant', { blocking_policies: 0 }, 'fail: no enabled policy blocks'],
    [
      'NC-LOG-014',
      'tenant',
      {
        channels: [
          { type: 'email', delivered_at: NOW },
          { type: 'slack', delivered_at: null },
        ],
      },
      'fail: 1 kinds of channels have delivered within 90 days',
    ],
    [
      'NC-CHG-011',
      'policy_waiver',
      { state: 'active', owner: 'ann', created_by: 'ann', created_at: NOW, expires_at: NOW },
      'fail: its owner created it',
    ],
    [
      'NC-INV-008',
      'node',
      { last_seen_at: '2026-11-28T12:00:00Z' },
      'fail: its agent reported 48 hours ago',
    ],
    ['NC-INV-011', 'node', { zone: 'a', rack: null }, 'fail: rack is not set'],
    [
      'NC-NOD-001',
      'node',
      { agent_release: '0.2.0', last_seen_at: '2026-11-29T11:59:00Z' },
      'not-evaluated: its facts are older than 24 hours',
    ],
    [
      'NC-NOD-001',
      'node',
      { agent_release: '0.1.0', last_seen_at: NOW },
      'fail: its agent has release 0.1.0, the server 0.2.0',
    ],
    [
      'NC-SRV-001',
      'server',
      { listens_on_loopback: false, tls: false },
      'fail: it listens on the network without TLS',
    ],
    [
      'NC-SRV-005',
      'server',
      { store_link: 'insecure', bus_link: 'local' },
      'fail: the link to the store is not encrypted and verified',
    ],
    [
      'NC-LOG-009',
      'server',
      { audit_days: 90 },
      'fail: they are kept for 90 days; 365 are required',
    ],
    [
      'NC-BCK-007',
      'server',
      { backup_at: null, backup_verified_at: null },
      'fail: it was never backed up',
    ],
    [
      'NC-BCK-007',
      'server',
      { backup_at: NOW, backup_verified_at: '2026-08-01T12:00:00Z' },
      'fail: it was restored 2904 hours ago',
    ],
    [
      'NC-NOD-003',
      'node',
      { reboot_required: true, last_seen_at: NOW },
      'fail: updates wait for a restart of the host',
    ],
    [
      'NC-NOD-004',
      'node',
      { guest_confinement: 'none', last_seen_at: NOW },
      'fail: neither AppArmor nor SELinux is in force',
    ],
    [
      'NC-NOD-008',
      'node',
      { ssh_root_login: 'yes', ssh_passwords: true, last_seen_at: NOW },
      'fail: sshd accepts root and passwords',
    ],
    [
      'NC-NOD-008',
      'node',
      { ssh_root_login: 'no', ssh_passwords: false, last_seen_at: NOW },
      'pass',
    ],
    ['NC-NOD-010', 'node', { audit_daemon: false, last_seen_at: NOW }, 'fail: auditd does not run'],
    ['NC-NOD-012', 'node', { secure_boot: false, last_seen_at: NOW }, 'fail: Secure Boot is off'],
    ['NC-NOD-012', 'node', { last_seen_at: NOW }, 'not-evaluated: fact node.secure_boot is absent'],
    [
      'NC-NOD-013',
      'node',
      { cpu_flaws: ['mds', 'l1tf'], last_seen_at: NOW },
      'fail: not mitigated: mds, l1tf',
    ],
    [
      'NC-NOD-014',
      'node',
      { storage_encrypted: false, last_seen_at: NOW },
      'fail: dm-crypt does not encrypt them',
    ],
    [
      'NC-NOD-018',
      'node',
      { memory_merging: true, last_seen_at: NOW },
      'fail: KSM merges pages of guests',
    ],
    [
      'NC-NOD-019',
      'node',
      { usb_storage: true, last_seen_at: NOW },
      'fail: the driver usb_storage is loaded',
    ],
    [
      'NC-VM-013',
      'node',
      { clock_synchronized: false, last_seen_at: NOW },
      'fail: its clock is not synchronized',
    ],
    [
      'NC-TPL-006',
      'template',
      { built_in: false, image: 'https://images.example/a.qcow2', image_checksum: null },
      'fail: its image can change where it is: it has no checksum',
    ],
    ['NC-LOG-010', 'server', { store_free_ratio: 0.1 }, 'fail: 10 % of its room is free'],
    ['NC-BCK-005', 'server', { backup_verified_at: null }, 'fail: it was never restored'],
    [
      'NC-DAT-011',
      'vm',
      { metadata: {}, requirements: { devices: [{ kind: 'usb' }] }, foreign_devices: [] },
      'fail: 1 media or foreign devices are plugged in',
    ],
    [
      'NC-INC-001',
      'incident',
      { state: 'open', severity: 'high', opened_at: '2026-11-30T10:00:00Z', acknowledged_at: null },
      'fail: it is not acknowledged',
    ],
  ])('%s judges a %s %j', (id, kind, facts, expected) => {
    expect(stateOf(kind, facts, id)).toBe(expected);
  });
});
