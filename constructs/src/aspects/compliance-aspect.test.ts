import { describe, expect, test } from '@jest/globals';
import { Aspects, TerraformStack, Testing } from 'cdktf';
import { CheckSeverity, ComplianceStandard } from '../props/compliance.ts';
import { Peer, Port } from '../props/firewall.ts';
import { Network } from '../resources/network.ts';
import { NovacronProvider } from '../resources/provider.ts';
import { SecurityGroup } from '../resources/security-group.ts';
import { VmGroup } from '../resources/vm-group.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { findTrouble } from '../test-kit/synthesize.ts';
import { ComplianceAspect } from './compliance-aspect.ts';
import { LabelsAspect } from './labels-aspect.ts';

function addSsh(stack: TerraformStack): void {
  new SecurityGroup(stack, 'ssh').allowFrom(Peer.anyIpv4(), Port.tcp(22));
}

describe('standards at synth', () => {
  test('fail an app for what the scan would find, with the requirements', () => {
    const trouble = findTrouble((stack) => {
      addSsh(stack);
      Aspects.of(stack).add(new ComplianceAspect({ standards: [ComplianceStandard.PCI_DSS] }));
    });
    expect(trouble).toContain(
      '[shop/ssh] NC-NET-001 (critical) No administration port is open to the Internet: ' +
        'the ingress rule tcp 22 from 0.0.0.0/0 opens port 22-23 to the Internet ' +
        '(pci-dss 1.3.1, 1.4.2)',
    );
  });

  test('warn below the severity that fails', () => {
    const stack = new TerraformStack(Testing.app(), 'shop');
    new NovacronProvider(stack, 'novacron');
    addSsh(stack);
    const standards = [ComplianceStandard.CIS];
    Aspects.of(stack).add(new ComplianceAspect({ standards, failAt: CheckSeverity.CRITICAL }));
    expect(() => Testing.synth(stack, true)).toThrow('NC-NET-001');
    const warnings = stack.node.findAll().flatMap(({ node }) => node.metadata);
    expect(warnings.map(({ data }) => String(data)).join('\n')).toContain('NC-NET-007 (medium)');
  });

  test('judge members of a group once, with the labels of other aspects', () => {
    const trouble = (labels: { [key: string]: string }) =>
      findTrouble((stack) => {
        const network = new Network(stack, 'lan', { cidr: '10.0.0.0/16' });
        new VmGroup(stack, 'shop', { ...MACHINE, network, minSize: 2, maxSize: 3 });
        const standards = [ComplianceStandard.CIS];
        const failAt = CheckSeverity.MEDIUM;
        Aspects.of(stack).add(new ComplianceAspect({ standards, failAt }));
        Aspects.of(stack).add(new LabelsAspect(labels));
      });
    expect(trouble({}).split('NC-INV-001 (medium) VMs have an owner')).toHaveLength(2);
    expect(trouble({ owner: 'ann' })).not.toContain('NC-INV-001');
  });
});
