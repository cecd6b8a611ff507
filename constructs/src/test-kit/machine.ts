import type { TerraformStack } from 'cdktf';
import type { MachineProps } from '../props/machine-props.ts';
import { Size } from '../props/size.ts';
import { Network } from '../resources/network.ts';
import { SecurityGroup } from '../resources/security-group.ts';
import { SshKey } from '../resources/ssh-key.ts';
import { Template } from '../resources/template.ts';

/** A machine that is all right but for its network. */
export const MACHINE: MachineProps = {
  cpuCores: 2,
  memory: Size.gibibytes(4),
  disk: Size.gibibytes(20),
};

/** All that VMs and the members of a group have in common, each with a value of its own. */
export function fullMachine(stack: TerraformStack): MachineProps {
  return {
    ...MACHINE,
    network: Network.fromNetworkId(stack, 'front', 'net_01jd3v6t7re3h8z9k2m4n5p6q7'),
    furtherNetworks: [Network.fromNetworkId(stack, 'back', 'net_01jd3v6t7re3h8z9k2m4n5p6q8')],
    securityGroups: [
      SecurityGroup.fromSecurityGroupId(stack, 'web-rules', 'sg_01jd3v6t7re3h8z9k2m4n5p6q1'),
    ],
    template: Template.fromTemplateId(stack, 'image', 'tpl_01jd3v6t7re3h8z9k2m4n5p6q3'),
    labels: { tier: 'web' },
    antiAffinityGroup: 'web',
    zone: 'zone-a',
    priority: 60,
    spot: true,
    description: 'Serves the shop',
    sshKeys: [
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB8Ht8Z3j6yDWPBHQtOp/R9rjWvfMYo3MSA/K6q8D86r ops',
    ],
    authorizedKeys: [SshKey.fromSshKeyId(stack, 'ops', 'ssh_01jd3v6t7re3h8z9k2m4n5p6q4')],
    requirements: { licences: ['windows'] },
    firmware: 'uefi',
    secureBoot: true,
    tpm: true,
    guestOs: 'windows',
    driversImage: 'https://images.example.com/virtio.iso',
    driversImageChecksum: `sha256:${'0'.repeat(64)}`,
    ioLimits: { diskIops: 500 },
    waitFor: { agent: true },
    healing: {
      restart: 'always',
      attempts: 5,
      healthCheck: { kind: 'http', port: 8080, path: '/healthz', unhealthyAfter: 3 },
      onNodeLoss: 'restart',
      stopWhenIsolated: true,
    },
  };
}
