import { describe, expect, test } from '@jest/globals';
import type { TerraformStack } from 'cdktf';
import { Network } from '../resources/network.ts';
import { Vm } from '../resources/vm.ts';
import { VmGroup } from '../resources/vm-group.ts';
import { Volume } from '../resources/volume.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { attributesOf } from '../test-kit/synthesize.ts';
import type { ProtectionProps } from './protection.ts';
import { Size } from './size.ts';

interface Labelled extends ProtectionProps {
  readonly labels?: { [label: string]: string };
}

const GROUP = { ...MACHINE, isolated: true, minSize: 1, maxSize: 2 };

const BUILD: Readonly<Record<string, (stack: TerraformStack, props: Labelled) => unknown>> = {
  vm: (stack, props) => new Vm(stack, 'it', { ...MACHINE, isolated: true, ...props }),
  vm_group: (stack, props) => new VmGroup(stack, 'it', { ...GROUP, ...props }),
  network: (stack, props) => new Network(stack, 'it', { cidr: '10.0.0.0/24', ...props }),
  storage: (stack, props) => new Volume(stack, 'it', { size: Size.gibibytes(1), ...props }),
};

describe.each(Object.entries(BUILD))('a %s', (type, build) => {
  const protectionOf = (props: Labelled) =>
    attributesOf(type, (stack) => void build(stack, props)).deletion_protection;

  test.each([
    ['production', true],
    ['prod', true],
    ['development', undefined],
  ])('of the environment %s has a deletion protection of %s', (environment, expected) => {
    expect(protectionOf({ labels: { environment } })).toBe(expected);
  });

  test('is as protected as it says, whatever its environment is', () => {
    const labels = { environment: 'production' };
    expect(protectionOf({ labels, deletionProtection: false })).toBe(false);
    expect(protectionOf({ deletionProtection: true })).toBe(true);
  });
});

test('a group is protected by a label of its own as well', () => {
  const attributes = attributesOf('vm_group', (stack) => {
    new VmGroup(stack, 'web', { ...GROUP, groupLabels: { environment: 'prod' } });
  });
  expect(attributes).toMatchObject({ deletion_protection: true });
});
