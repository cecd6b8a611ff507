import { describe, expect, test } from '@jest/globals';
import { Fn, type TerraformStack, TerraformVariable } from 'cdktf';
import type { Vm as VmResource } from '../gen/vm/index.ts';
import { NumaMode, PlacementStrategy, TopologyLevel } from '../props/choices.ts';
import { Peer, Port } from '../props/firewall.ts';
import { Size } from '../props/size.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { attributesOf, findTrouble, synthesize } from '../test-kit/synthesize.ts';
import { Network } from './network.ts';
import { SecurityGroup } from './security-group.ts';
import { Template } from './template.ts';
import { Vm, type VmProps } from './vm.ts';

const CHECKSUM = `sha256:${'0'.repeat(64)}`;
const ALONE = { ...MACHINE, isolated: true };

const attributesWith = (props: Partial<VmProps>) =>
  attributesOf('vm', (stack) => void new Vm(stack, 'web', { ...ALONE, ...props }));

describe('a VM', () => {
  test('has what it needs, and nothing that was not set', () => {
    expect(attributesWith({})).toEqual({
      name: 'shop-web',
      cpu_cores: 2,
      memory_gb: 4,
      disk_gb: 20,
    });
  });

  test('has the address that it is given', () => {
    expect(attributesWith({ ipAddress: '10.0.0.9' })).toMatchObject({ ip_address: '10.0.0.9' });
  });

  test('asks for what its node must have', () => {
    const { requirements } = attributesWith({
      requirements: {
        devices: [{ kind: 'gpu', count: 2 }],
        networkMbps: 500,
        licences: ['windows'],
        tolerations: ['team=ml'],
      },
    });
    expect(requirements).toEqual({
      devices: [{ kind: 'gpu', count: 2 }],
      network_mbps: 500,
      licences: ['windows'],
      tolerations: ['team=ml'],
    });
  });

  test('boots with the firmware that it is given', () => {
    expect(attributesWith({ firmware: 'uefi', secureBoot: true, tpm: true })).toMatchObject({
      firmware: 'uefi',
      secure_boot: true,
      tpm: true,
    });
  });

  test('has the limits that it is given', () => {
    const ioLimits = { diskIops: 500, networkOutMbps: 100 };
    expect(attributesWith({ ioLimits })).toMatchObject({
      io_limits: { disk_iops: 500, network_out_mbps: 100 },
    });
  });

  test('asks for its place', () => {
    const { placement } = attributesWith({
      strategy: PlacementStrategy.COST,
      zone: 'zone-a',
      nodeName: 'node-01',
      nodeLabels: { disk: 'ssd' },
      preferredNodeLabels: { generation: '5' },
      numa: NumaMode.SINGLE,
      pinPreview: true,
    });
    expect(placement).toEqual({
      strategy: 'cost',
      zone: 'zone-a',
      node: 'node-01',
      node_labels: { disk: 'ssd' },
      preferred_node_labels: { generation: '5' },
      numa: 'single',
      pin_preview: true,
    });
  });

  test('is stopped, and boots from a template that is looked up', () => {
    const { resource, data } = synthesize((stack) => {
      const template = Template.fromTemplateName(stack, 'base', 'default');
      new Vm(stack, 'web', { ...ALONE, stopped: true, template });
    });
    const [id = ''] = Object.keys(data?.novacron_template ?? {});
    expect(Object.values(resource.novacron_vm ?? {})[0]).toMatchObject({
      power_state: 'stopped',
      template_id: `\${data.novacron_template.${id}.id}`,
    });
  });
});

describe('after construction, a VM', () => {
  test('is connected, guarded and spread', () => {
    const attributes = attributesOf('vm', (stack) => {
      const vm = new Vm(stack, 'web', { ...MACHINE, securityGroups: [] });
      vm.connectTo(Network.fromNetworkId(stack, 'lan', 'net_01jd3v6t7re3h8z9k2m4n5p6q7'));
      const group = 'sg_01jd3v6t7re3h8z9k2m4n5p6q7';
      vm.addSecurityGroup(SecurityGroup.fromSecurityGroupId(stack, 'sg', group));
      vm.allowFrom(Peer.anyIpv4(), Port.tcp(22));
      vm.allowTo(Peer.anyIpv4(), Port.any());
      vm.spread(TopologyLevel.RACK);
      vm.addLabel('tier', 'web');
    });
    expect(attributes).toMatchObject({
      network_id: 'net_01jd3v6t7re3h8z9k2m4n5p6q7',
      security_groups: ['sg_01jd3v6t7re3h8z9k2m4n5p6q7'],
      firewall_rules: [
        { direction: 'ingress', action: 'allow', protocol: 'tcp', ports: '22', cidr: '0.0.0.0/0' },
        { direction: 'egress', action: 'allow', protocol: 'any', cidr: '0.0.0.0/0' },
      ],
      placement: { spread_domain: 'rack' },
      metadata: { tier: 'web' },
    });
  });

  test('is near to a VM that comes first, and away from one that need not', () => {
    const { resource } = synthesize((stack) => {
      const db = new Vm(stack, 'db', ALONE);
      const web = new Vm(stack, 'web', ALONE);
      web.keepNear(db, { level: TopologyLevel.ZONE });
      web.keepAway(db, { soft: true });
      db.keepAway(web, { soft: true });
    });
    const vms = resource.novacron_vm ?? {};
    const [db = ''] = Object.keys(vms).filter((id) => id.startsWith('db'));
    const web = Object.values(vms).find(({ name }) => name === 'shop-web');
    expect(web?.placement).toEqual({
      affinity: [{ vm: `\${novacron_vm.${db}.name}`, level: 'zone', mode: 'hard' }],
      anti_affinity: [{ vm: 'shop-db', level: 'node', mode: 'soft' }],
    });
  });

  test('has one first interface', () => {
    const trouble = findTrouble((stack) => {
      const vm = new Vm(stack, 'web', {
        ...MACHINE,
        network: new Network(stack, 'one', { cidr: '10.0.0.0/16' }),
      });
      vm.connectTo(new Network(stack, 'other', { cidr: '10.1.0.0/16' }));
    });
    expect(trouble).toBe(
      'shop/web is connected to shop/one already. Connect it to shop/other only, or pass a ' +
        'second network as `furtherNetworks`.',
    );
  });
});

describe('synth refuses', () => {
  test('a VM without a network that does not say so', () => {
    const trouble = findTrouble((stack) => void new Vm(stack, 'web', MACHINE));
    expect(trouble).toContain(
      '[shop/web] has no network. Pass `network`, call connectTo(network), or set ' +
        '`isolated: true`.',
    );
  });

  test('what the server would refuse, all of it at once', () => {
    const trouble = findTrouble((stack) => {
      new Vm(stack, 'web', {
        ...ALONE,
        cpuCores: 0,
        memory: Size.mebibytes(100),
        vmName: 'web server',
        labels: { 'no label': 'x' },
      });
    });
    expect(trouble).toContain('[shop/web] `cpuCores` must be at least 1');
    expect(trouble).toContain('`memory` must be a multiple of 0.0625 (64 MiB); it is 0.09765625.');
    expect(trouble).toContain('`vmName` must have 1 to 63 letters');
    expect(trouble).toContain('`labels["no label"]`');
  });

  test('two of one name', () => {
    const trouble = findTrouble((stack) => {
      for (const id of ['one', 'other']) new Vm(stack, id, { ...ALONE, vmName: 'web' });
    });
    expect(trouble).toContain(
      'shop/one and shop/other are both named "web", but names are unique within a kind. ' +
        'Rename one of them.',
    );
  });

  test.each(['secretUserData', 'password', 'unattend'] as const)('a literal %s', (name) => {
    const trouble = findTrouble((stack) => {
      new Vm(stack, 'web', { ...ALONE, [name]: 'correct horse' });
    });
    expect(trouble).toContain(`shop/web: \`${name}\` is a literal`);
    expect(trouble).toContain('TerraformVariable with `sensitive: true`');
    expect(trouble).not.toContain('correct horse');
  });

  test('an answer file for a guest that does not read it', () => {
    const troubles = ['linux', undefined, 'windows'].map((guestOs) =>
      findTrouble((stack) => {
        const unattend = Fn.file('autounattend.xml');
        new Vm(stack, 'web', { ...ALONE, guestOs, unattend });
      }),
    );
    const trouble = expect.stringContaining(
      '[shop/web] has an answer file, which only Windows reads. Set `guestOs: "windows"`, or ' +
        'remove `unattend`.',
    );
    expect(troubles).toEqual([trouble, trouble, '']);
  });

  test('VMs that wait for each other', () => {
    const trouble = findTrouble((stack) => {
      const [one, other] = [new Vm(stack, 'one', ALONE), new Vm(stack, 'other', ALONE)];
      one.keepNear(other);
      other.keepNear(one);
    });
    expect(trouble).toContain('shop/one -> shop/other -> shop/one form a dependency cycle');
    expect(trouble).toContain('one of two keepNear() calls is enough');
  });
});

describe('rules that contradict each other are reported:', () => {
  function troubleBetween(rule: (web: Vm, db: Vm) => void, zones: readonly string[] = []): string {
    return findTrouble((stack: TerraformStack) => {
      const [webZone, dbZone] = zones;
      const web = new Vm(stack, 'web', { ...ALONE, zone: webZone });
      rule(web, new Vm(stack, 'db', { ...ALONE, zone: dbZone }));
    });
  }

  test('near on a rack and away by the zone, whichever VM has which rule', () => {
    const expected =
      'shop/web must share a rack with shop/db and must not share a zone with it, which is ' +
      'impossible. Remove one rule, or make one of them soft.';
    const near = { level: TopologyLevel.RACK };
    const far = { level: TopologyLevel.ZONE };
    const own = troubleBetween((web, db) => {
      web.keepNear(db, near);
      web.keepAway(db, far);
    });
    const others = troubleBetween((web, db) => {
      web.keepNear(db, near);
      db.keepAway(web, far);
    });
    expect([own, others]).toEqual([
      expect.stringContaining(expected),
      expect.stringContaining(expected),
    ]);
  });

  test('but near in a zone and away from its node is possible, and so is a soft rule', () => {
    const possible = troubleBetween((web, db) => {
      web.keepNear(db, { level: TopologyLevel.ZONE });
      web.keepAway(db);
    });
    const soft = troubleBetween((web, db) => {
      web.keepNear(db);
      web.keepAway(db, { soft: true });
    });
    expect([possible, soft]).toEqual(['', '']);
  });

  test('near, and pinned to different zones', () => {
    expect(troubleBetween((web, db) => web.keepNear(db), ['zone-a', 'zone-b'])).toContain(
      'shop/web must share a node with shop/db, but they are pinned to the zones zone-a and ' +
        'zone-b. Pin both to the same one, or remove the rule.',
    );
  });
});

test('secrets that are references, and whatever only Terraform knows, pass', () => {
  const attributes = attributesOf('vm', (stack) => {
    const secret = new TerraformVariable(stack, 'secret', { type: 'string', sensitive: true });
    const cores = new TerraformVariable(stack, 'cores', { type: 'number' });
    new Vm(stack, 'web', {
      ...ALONE,
      cpuCores: cores.numberValue,
      memory: Size.gibibytes(cores.numberValue),
      vmName: cores.stringValue,
      password: secret.stringValue,
      secretUserData: secret.stringValue,
      secretVersion: 3,
    });
  });
  expect(attributes).toMatchObject({
    cpu_cores: '${var.cores}',
    memory_gb: '${var.cores}',
    name: '${var.cores}',
    password_wo: '${var.secret}',
    password_wo_version: 3,
    user_data_wo_version: 3,
  });
});

test('a Windows guest has its answer file, which is not in the synthesised file', () => {
  const attributes = attributesOf('vm', (stack) => {
    const unattend = Fn.file('autounattend.xml');
    const driversImage = 'https://images.example.com/virtio-win.iso';
    const guest = { guestOs: 'windows', driversImage, driversImageChecksum: CHECKSUM };
    new Vm(stack, 'web', { ...ALONE, ...guest, unattend, secretVersion: 2 });
  });
  expect(attributes).toMatchObject({
    guest_os: 'windows',
    drivers_image: 'https://images.example.com/virtio-win.iso',
    drivers_image_checksum: CHECKSUM,
    unattend_wo: '${file("autounattend.xml")}',
    unattend_wo_version: 2,
  });
});

test('a VM of another configuration is imported by id, or looked up by id or name', () => {
  const { data } = synthesize((stack) => {
    const known = Vm.fromVmAttributes(stack, 'known', { vmId: 'vm_1', vmName: 'db' });
    expect([known.vmId, known.vmName]).toEqual(['vm_1', 'db']);
    Vm.fromVmId(stack, 'byId', 'vm_1');
    expect(Vm.fromVmName(stack, 'byName', 'db').vmName).toBe('db');
    new Network(stack, 'lan', { cidr: '10.0.0.0/16' });
  });
  expect(Object.values(data?.novacron_vm ?? {})).toEqual(
    expect.arrayContaining([{ id: 'vm_1' }, { name: 'db' }]),
  );
});

test('the lower layer is within reach, and what it changes is checked, too', () => {
  const trouble = findTrouble((stack) => {
    const resource = new Vm(stack, 'web', ALONE).node.defaultChild as VmResource;
    resource.addOverride('priority', 101);
  });
  expect(trouble).toContain('[shop/web] `priority` must be at most 100; it is 101.');
});
