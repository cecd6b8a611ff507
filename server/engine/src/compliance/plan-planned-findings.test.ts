import { describe, expect, test } from '@jest/globals';
import { planPlannedFindings } from './plan-planned-findings.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');

const SSH = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '22',
  cidr: '0.0.0.0/0',
  description: 'administration',
};

describe('a planned resource', () => {
  test('fails the checks that it would fail once it exists', () => {
    const fields = { name: 'ssh', rules: [SSH] };
    const planned = { kind: 'security_group', fields, unknown: [] };
    expect(planPlannedFindings(planned, ['pci-dss', 'gdpr'], NOW)).toMatchObject([
      {
        check: 'NC-NET-001',
        severity: 'critical',
        reason: 'the ingress rule tcp 22 from 0.0.0.0/0 opens port 22-23 to the Internet',
        requirements: [
          { standard: 'pci-dss', ids: ['1.3.1', '1.4.2'] },
          { standard: 'gdpr', ids: ['Art. 32(1)(b)'] },
        ],
      },
    ]);
  });

  test('is judged only by the checks of the standards that are asked for', () => {
    const planned = { kind: 'volume', fields: { name: 'data', metadata: null }, unknown: [] };
    const checksFor = (standard: 'cis' | 'hipaa') =>
      planPlannedFindings(planned, [standard], NOW).map(({ check }) => check);
    expect(checksFor('cis')).toEqual([
      'NC-INV-003',
      'NC-INV-006',
      'NC-DAT-009',
      'NC-DAT-005',
      'NC-DAT-001',
    ]);
    expect(checksFor('hipaa')).not.toContain('NC-INV-003');
  });

  test('does not fail for values that are known after apply, even if a part is known', () => {
    const failed = (unknown: readonly string[]) =>
      planPlannedFindings(
        { kind: 'vm', fields: { name: 'web', metadata: { env: 'dev' } }, unknown },
        ['cis'],
        NOW,
      ).map(({ check }) => check);
    expect(failed([])).toContain('NC-INV-001');
    expect(failed(['metadata.owner'])).not.toContain('NC-INV-001');
  });

  test('fails for what it leaves out: the checksum of an image, rules for egress', () => {
    const checksOf = (kind: string, fields: object, unknown: readonly string[] = []) =>
      planPlannedFindings({ kind, fields: { name: 'x', ...fields }, unknown }, ['cis'], NOW).map(
        ({ check }) => check,
      );
    expect(checksOf('template', {})).toContain('NC-TPL-002');
    const pci = { metadata: { 'data-class': 'pci' } };
    expect(checksOf('vm', pci)).toContain('NC-NET-004');
    // The rules of groups are in no plan of the VM.
    expect(checksOf('vm', { ...pci, security_groups: ['sg_a'] })).not.toContain('NC-NET-004');
    expect(checksOf('vm', pci, ['security_groups'])).not.toContain('NC-NET-004');
  });

  test('has no findings if no check judges its kind', () => {
    expect(planPlannedFindings({ kind: 'ssh_key', fields: {}, unknown: [] }, ['cis'], NOW)).toEqual(
      [],
    );
  });
});
