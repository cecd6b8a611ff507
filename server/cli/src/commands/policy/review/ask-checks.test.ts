import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../../test-kit/run-in-process.ts';

const SSH = { direction: 'ingress', action: 'allow', protocol: 'tcp', ports: '22' };

function created(type: string, name: string, after: object) {
  const change = { actions: ['create'], before: null, after: { name, ...after } };
  return { address: `${type}.${name}`, mode: 'managed', type, name, change };
}

const PLAN = {
  format_version: '1.2',
  resource_changes: [
    created('novacron_security_group', 'ssh', { rules: [{ ...SSH, cidr: '0.0.0.0/0' }] }),
    created('novacron_security_group', 'bastion', { rules: [{ ...SSH, cidr: '0.0.0.0/0' }] }),
    created('novacron_vm_group', 'shop', { min_size: 2, vm: { memory_gb: 4 } }),
    created('novacron_gpu', 'a100', {}),
    created('random_id', 'suffix', {}),
  ],
};

const MAIN = `resource "novacron_security_group" "ssh" {
  name = "ssh"
}

# novacron:waive NC-NET-001 owner=bob expires=2026-12-31 reason="behind a VPN"
resource "novacron_security_group" "bastion" {
  name = "bastion"
}
`;

const OWNED = `# METADATA
# custom:
#   enforcement_mode: audit
#   selector: {kinds: [security_group]}
#   standard: house-rules
#   requirements: ["2.1", "10"]
#   severity: critical
package owned

deny contains "name an owner" if not input.resource.metadata.owner
`;

function review(argv: readonly string[]) {
  const files = {
    'plan.json': JSON.stringify(PLAN),
    'infra/main.tf': MAIN,
    'policies/owned.rego': OWNED,
    'wrong/owned.rego': OWNED.replace('house-rules', 'cis'),
  };
  const words = ['policy', 'review', '--plan', 'plan.json', '--config', 'infra', ...argv];
  return runInProcess(words, { files });
}

describe('a review by standards', () => {
  test('finds what the plan would fail, at its line, without any policy', async () => {
    const done = await review(['--standard', 'pci-dss', '--at', '2026-11-30T12:00:00Z']);
    expect(done.exitCode).toBe(1);
    expect(done.stdout).toContain(
      'error: novacron_security_group.ssh: No administration port is open to the Internet: ' +
        'the ingress rule tcp 22 from 0.0.0.0/0 opens port 22-23 to the Internet ' +
        '(pci-dss 1.3.1, 1.4.2)',
    );
    expect(done.stdout).toContain('infra/main.tf:1:1');
    expect(done.stdout).toContain('evaluated against 0 policies and the checks of pci-dss');
  });

  test('respects the comment that waives a check', async () => {
    const done = await review(['--standard', 'pci-dss', '--at', '2026-11-30T12:00:00Z']);
    expect(done.stdout).toContain('1 waived');
    const later = await review(['--standard', 'pci-dss', '--at', '2027-01-30T12:00:00Z']);
    expect(later.stdout).not.toContain('1 waived');
  });

  test('judges the members of a group by its template', async () => {
    const done = await review(['--standard', 'cis', '--format', 'json']);
    const { findings, standards } = JSON.parse(done.stdout);
    expect(standards).toEqual(['cis']);
    expect(findings).toContainEqual(
      expect.objectContaining({
        policy: 'NC-INV-001',
        level: 'warning',
        address: 'novacron_vm_group.shop',
        attribute: 'vm',
      }),
    );
  });

  test('names the standards if it does not know one', async () => {
    const done = await review(['--standard', 'pci']);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain('there is no standard pci; choose among cis, pci-dss, hipaa');
  });

  test('takes policies for checks of the standard that they name', async () => {
    const done = await review(['--policies', 'policies', '--standard', 'house-rules']);
    expect(done.stdout).toContain(
      'error: novacron_security_group.ssh (metadata): name an owner (house-rules 2.1, 10)',
    );
    expect(done.stdout).toContain('against 1 policies and the checks of house-rules');
    const without = await review(['--policies', 'policies']);
    expect(without.stdout).toContain(
      'note: novacron_security_group.ssh (metadata): name an owner [owned]\n',
    );
  });

  test('refuses metadata that a server refuses', async () => {
    const done = await review(['--policies', 'wrong']);
    expect(done.exitCode).toBe(3);
    expect(done.stderr).toContain(
      "The package's metadata has a wrong standard: is a standard of NovaCron",
    );
  });

  test('names the types of NovaCron that it does not know', async () => {
    const done = await review(['--policies', 'policies', '--format', 'json']);
    expect(JSON.parse(done.stdout)).toMatchObject({
      unknown_types: ['novacron_gpu'],
      counts: { others: 1 },
    });
    const text = await review(['--policies', 'policies']);
    expect(text.stdout).toContain('not evaluated, as this release does not know novacron_gpu');
  });
});
