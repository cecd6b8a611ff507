import { describe, expect, test } from '@jest/globals';
import { TerraformVariable, Token } from 'cdktf';
import { Architecture, Firmware } from '../props/choices.ts';
import { Size } from '../props/size.ts';
import { TemplateImage } from '../props/template-image.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { attributesOf, findTrouble, synthesize } from '../test-kit/synthesize.ts';
import { Network } from './network.ts';
import { Template } from './template.ts';
import { Vm } from './vm.ts';
import { VmGroup } from './vm-group.ts';

const image = TemplateImage.builtIn('debian-12');
const checksum = `sha256:${'0'.repeat(64)}`;
const NETWORK = 'net_01jd3v6t7re3h8z9k2m4n5p6q7';

describe('a template', () => {
  test('has its image, and nothing that was not set', () => {
    const attributes = attributesOf('template', (stack) => {
      expect(new Template(stack, 'base', { image }).node.defaultChild).toBeDefined();
    });
    expect(attributes).toEqual({ name: 'shop-base', image: 'builtin:debian-12' });
  });

  test('says what VMs are made from, before and after construction', () => {
    const attributes = attributesOf('template', (stack) => {
      const template = new Template(stack, 'base', {
        image: TemplateImage.fromUrl('https://images.example.com/web.qcow2', checksum),
        templateName: 'web-base',
        firmware: Firmware.UEFI,
        architecture: Architecture.AARCH64,
        os: 'debian',
        osVersion: '12',
        diskMin: Size.gibibytes(10),
        userData: '#cloud-config\n',
        description: 'Web servers',
        labels: { team: 'shop' },
      });
      template.allowNetwork(Network.fromNetworkId(stack, 'lan', NETWORK));
      template.addLabel('tier', 'web');
      expect(Token.isUnresolved(template.templateVersion)).toBe(true);
    });
    expect(attributes).toEqual({
      name: 'web-base',
      image: 'https://images.example.com/web.qcow2',
      image_checksum: checksum,
      firmware: 'uefi',
      architecture: 'aarch64',
      os: 'debian',
      os_version: '12',
      disk_gb_min: 10,
      user_data: '#cloud-config\n',
      network_ids: [NETWORK],
      description: 'Web servers',
      metadata: { team: 'shop', tier: 'web' },
    });
  });

  test('is what VMs and groups boot from', () => {
    const { resource } = synthesize((stack) => {
      const template = new Template(stack, 'base', { image, diskMin: MACHINE.disk });
      new Vm(stack, 'web', { ...MACHINE, isolated: true, template });
      new VmGroup(stack, 'app', { ...MACHINE, isolated: true, template, minSize: 1, maxSize: 2 });
    });
    const [id = ''] = Object.keys(resource.novacron_template ?? {});
    const reference = `\${novacron_template.${id}.id}`;
    const [vm] = Object.values(resource.novacron_vm ?? {});
    const [group] = Object.values(resource.novacron_vm_group ?? {});
    expect([vm?.template_id, Object(group?.vm).template_id]).toEqual([reference, reference]);
  });

  test('of another configuration is imported by its id or looked up by its name', () => {
    const { data } = synthesize((stack) => {
      expect(Template.fromTemplateId(stack, 'known', 'tpl_1').templateId).toBe('tpl_1');
      Template.fromTemplateName(stack, 'found', 'default');
      new Template(stack, 'base', { image });
    });
    expect(Object.values(data?.novacron_template ?? {})).toEqual([{ name: 'default' }]);
  });
});

describe('synth refuses', () => {
  test('images and words that the server would refuse', () => {
    const trouble = findTrouble((stack) => {
      new Template(stack, 'base', {
        image: TemplateImage.fromUrl('http://images.example.com/web.qcow2', 'md5:0'),
        firmware: Firmware.custom('coreboot'),
        diskMin: Size.mebibytes(1536),
      });
    });
    expect(trouble).toContain('[shop/base] `image` must be an https address or builtin:NAME');
    expect(trouble).toContain('`image.checksum` must be sha256: and 64 hexadecimal digits');
    expect(trouble).toContain('`firmware` must be one of "bios", "uefi"; it is "coreboot".');
    expect(trouble).toContain('`diskMin` must be a whole number');
  });

  test('root disks that the image does not fit on', () => {
    const diskMin = Size.gibibytes(40);
    const trouble = findTrouble((stack) => {
      const template = new Template(stack, 'base', { image, diskMin });
      new Vm(stack, 'web', { ...MACHINE, isolated: true, template });
      new VmGroup(stack, 'app', { ...MACHINE, isolated: true, template, minSize: 1, maxSize: 2 });
    });
    const rest =
      'has a root disk of 20 GiB, and the image of shop/base needs 40 GiB. ' +
      "Raise `disk`, or lower the template's `diskMin`.";
    expect(trouble).toContain(`[shop] shop/web ${rest}`);
    expect(trouble).toContain(`[shop] shop/app ${rest}`);
  });

  test('networks that the template does not allow, where both are known', () => {
    const trouble = findTrouble((stack) => {
      const [one, other] = ['10.0.0.0/16', '10.1.0.0/16'].map(
        (cidr, index) => new Network(stack, `lan${index}`, { cidr }),
      );
      if (one === undefined || other === undefined) return;
      const template = new Template(stack, 'base', { image, networks: [one] });
      new Vm(stack, 'fits', { ...MACHINE, network: one, template });
      new Vm(stack, 'web', { ...MACHINE, network: other, template });
      const { stringValue } = new TerraformVariable(stack, 'lan', { type: 'string' });
      const unknown = Network.fromNetworkId(stack, 'unknown', stringValue);
      new Vm(stack, 'later', { ...MACHINE, network: unknown, template });
    });
    expect(trouble).toContain(
      '[shop] shop/web is connected to a network that shop/base does not allow. Call its ' +
        'allowNetwork(network), or choose another template.',
    );
    expect(trouble).not.toContain('shop/fits');
    expect(trouble).not.toContain('shop/later');
  });
});

describe('the default sizes of a template', () => {
  const image = TemplateImage.builtIn('debian-12');
  const sized = { image, cpuCores: 2, memory: Size.gibibytes(4), disk: Size.gibibytes(20) };

  test('are those of VMs that set none', () => {
    const attributes = attributesOf('vm', (stack) => {
      const network = new Network(stack, 'front', { cidr: '10.0.0.0/24' });
      const template = new Template(stack, 'base', { ...sized, network });
      new Vm(stack, 'web', { template, cpuCores: 8 });
    });
    expect(attributes).toMatchObject({ cpu_cores: 8 });
    expect(attributes).not.toHaveProperty('memory_gb');
    expect(attributes).not.toHaveProperty('network_id');
  });

  test('are missed at synth where neither has them', () => {
    const own = findTrouble((stack) => {
      const template = new Template(stack, 'base', { image, cpuCores: 2 });
      new Vm(stack, 'web', { template, isolated: true, disk: Size.gibibytes(20) });
    });
    expect(own).toContain('shop/web has no `memory`. Pass `memory`, or one to shop/base.');
    expect(own).not.toMatch(/has no `(?:cpuCores|disk)`/);
    const none = findTrouble((stack) => new Vm(stack, 'web', { isolated: true }));
    for (const prop of ['cpuCores', 'memory', 'disk']) {
      expect(none).toContain(`shop/web has no \`${prop}\`. Pass \`${prop}\`, or a template that`);
    }
  });

  test('of a template that is managed elsewhere are not known', () => {
    const elsewhere = findTrouble((stack) => {
      const template = Template.fromTemplateName(stack, 'plain', 'sized');
      new Vm(stack, 'web', { template, isolated: true });
    });
    expect(elsewhere).toBe('');
  });
});
