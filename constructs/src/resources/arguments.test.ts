/** Every argument of a resource can be set by its construct. Those of machines: machine.test.ts. */
import { expect, test } from '@jest/globals';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { TerraformStack } from 'cdktf';
import { PolicyDocument } from '../orchestration/policy-document.ts';
import {
  Architecture,
  EnforcementMode,
  Firmware,
  PolicyType,
  VolumeType,
} from '../props/choices.ts';
import { Peer, Port } from '../props/firewall.ts';
import { PolicyRule } from '../props/policy-rule.ts';
import { Size } from '../props/size.ts';
import { TemplateImage } from '../props/template-image.ts';
import { attributesOf } from '../test-kit/synthesize.ts';
import { Network } from './network.ts';
import { OrchestrationPolicy } from './orchestration-policy.ts';
import { Policy } from './policy.ts';
import { SecurityGroup } from './security-group.ts';
import { Snapshot } from './snapshot.ts';
import { SshKey } from './ssh-key.ts';
import { Template } from './template.ts';
import { Vm } from './vm.ts';
import { Volume } from './volume.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB8Ht8Z3j6yDWPBHQtOp/R9rjWvfMYo3MSA/K6q8D86r ops';
const labels = { tier: 'web' };

/** A construct of each kind with all of its props. */
const FULL: Readonly<Record<string, (stack: TerraformStack) => void>> = {
  network: (stack) =>
    new Network(stack, 'n', {
      cidr: '10.0.0.0/24',
      dnsServers: ['1.1.1.1'],
      addressClass: 'public',
      labels,
      deletionProtection: true,
    }),
  volume: (stack) => {
    const source = Snapshot.fromSnapshotId(stack, 's', 'snap_01jd3v6t7re3h8z9k2m4n5p6q7');
    const volume = new Volume(stack, 'v', {
      size: Size.gibibytes(10),
      type: VolumeType.SSD,
      encrypted: true,
      source,
      labels,
      deletionProtection: true,
    });
    volume.attachTo(
      Vm.fromVmAttributes(stack, 'vm', { vmId: 'vm_01jd3v6t7re3h8z9k2m4n5p6q7', vmName: 'a' }),
    );
  },
  snapshot: (stack) => {
    const volume = Volume.fromVolumeId(stack, 'v', 'vol_01jd3v6t7re3h8z9k2m4n5p6q7');
    return new Snapshot(stack, 's', { volume, description: 'd', labels });
  },
  security_group: (stack) =>
    new SecurityGroup(stack, 'g', { description: 'd', labels }).allowFrom(
      Peer.anyIpv4(),
      Port.tcp(443),
    ),
  ssh_key: (stack) => new SshKey(stack, 'k', { publicKey: KEY, labels }),
  template: (stack) => {
    const network = Network.fromNetworkId(stack, 'n', 'net_01jd3v6t7re3h8z9k2m4n5p6q7');
    return new Template(stack, 't', {
      image: TemplateImage.fromUrl(
        'https://images.example.com/a.qcow2',
        `sha256:${'0'.repeat(64)}`,
      ),
      firmware: Firmware.UEFI,
      architecture: Architecture.X86_64,
      os: 'debian',
      osVersion: '12',
      diskMin: Size.gibibytes(4),
      cpuCores: 2,
      memory: Size.gibibytes(4),
      disk: Size.gibibytes(20),
      network,
      networks: [network],
      userData: '#cloud-config',
      description: 'd',
      labels,
    });
  },
  policy: (stack) => {
    const policy = new Policy(stack, 'p', {
      rule: PolicyRule.inline(
        'package novacron\n\ndeny contains "no" if input.action == "create_vm"\n',
      ),
      type: PolicyType.RESOURCE,
      enforcementMode: EnforcementMode.WARN,
      enabled: true,
      actions: ['create_vm'],
      kinds: ['vm'],
      labels,
      policyScope: 'tenant',
      priority: 1,
      activeFrom: '2026-11-01T00:00:00Z',
      platformWrites: true,
    });
    policy.bind(new Network(stack, 'n', { cidr: '10.0.0.0/24' }));
  },
  orchestration_policy: (stack) =>
    new OrchestrationPolicy(stack, 'o', {
      document: PolicyDocument.inline('policies: [{ name: a, rules: [{ antiAffinity: hard }] }]\n'),
      enabled: false,
    }),
};

const MACHINES = ['vm', 'vm_group'];

test.each(Object.entries(RESOURCE_DEFINITIONS).filter(([kind]) => !MACHINES.includes(kind)))(
  'a %s can be given every argument of its resource',
  (kind, { table, type }) => {
    const names = Object.entries(table)
      .filter(([, { presence }]) => presence !== 'computed')
      .map(([name]) => name);
    const build = FULL[kind];
    if (build === undefined) throw new Error(`no construct of ${kind} is built here`);
    const attributes = attributesOf(type.replace(/^novacron_/, ''), build);
    expect(Object.keys(attributes).sort()).toEqual(names.sort());
  },
);
