import { describe, expect, test } from '@jest/globals';
import { Op, type TerraformStack, TerraformVariable, Token } from 'cdktf';
import { Size } from './props/size.ts';
import { Vm, type VmProps } from './resources/vm.ts';
import { MACHINE } from './test-kit/machine.ts';
import { attributesOf, findTrouble } from './test-kit/synthesize.ts';

type PropsOf = (stack: TerraformStack, count: number) => Partial<VmProps>;

function addVm(stack: TerraformStack, propsOf: PropsOf): Vm {
  const count = new TerraformVariable(stack, 'n', { type: 'number' }).numberValue;
  return new Vm(stack, 'web', { ...MACHINE, isolated: true, ...propsOf(stack, count) });
}

describe('a text with signs of templates', () => {
  const SCRIPT = `#cloud-config\nruncmd:\n  - echo \${HOME} %{x}\n`;
  const ESCAPED = `#cloud-config\nruncmd:\n  - echo $\${HOME} %%{x}\n`;

  test('is for the guest, not for Terraform', () => {
    const attributes = attributesOf('vm', (stack) => {
      const labels = { note: '100%{x}' };
      const vm = addVm(stack, () => ({ userData: SCRIPT, description: '${A}', labels }));
      vm.addLabel('later', '${B}');
    });
    expect(attributes).toMatchObject({
      user_data: ESCAPED,
      description: '$${A}',
      metadata: { note: '100%%{x}', later: '$${B}' },
    });
  });

  test('keeps the references inside of it', () => {
    const attributes = attributesOf('vm', (stack) => {
      const name = new TerraformVariable(stack, 'host', { type: 'string' }).stringValue;
      addVm(stack, () => ({ userData: `echo \${HOME} ${name}`, labels: { host: name } }));
    });
    expect(attributes).toMatchObject({
      user_data: 'echo $${HOME} ${var.host}',
      metadata: { host: '${var.host}' },
    });
  });
});

describe('a number that only Terraform knows', () => {
  const advice = 'uses a number that is only known when Terraform runs, in a text or';

  test.each<[string, PropsOf, string]>([
    ['in a name', (_stack, count) => ({ vmName: `web-${count}` }), '`vmName`'],
    ['in a label', (_stack, count) => ({ labels: { n: `x-${count}` } }), '`labels.n`'],
    ['in a calculation', (_stack, count) => ({ cpuCores: count * 2 }), '`cpuCores`'],
  ])('is refused %s', (_case, propsOf, place) => {
    const trouble = findTrouble((stack) => void addVm(stack, propsOf));
    expect(String(trouble)).toContain(`${place} ${advice}`);
    expect(String(trouble)).not.toContain('e+');
  });

  test('is refused in a calculation of a size', () => {
    const propsOf: PropsOf = (_stack, count) => ({ memory: Size.gibibytes(count * 4) });
    expect(String(findTrouble((stack) => void addVm(stack, propsOf)))).toContain(
      `The size ${advice}`,
    );
  });

  test('is accepted as it is, in a text as one, and in a calculation of Terraform', () => {
    const attributes = attributesOf('vm', (stack) => {
      addVm(stack, (_stack, count) => ({
        vmName: `web-${Token.asString(count)}`,
        cpuCores: Token.asNumber(Op.mul(count, 2)),
        memory: Size.gibibytes(count),
      }));
    });
    expect(attributes).toMatchObject({
      name: 'web-${var.n}',
      cpu_cores: '${(var.n * 2)}',
      memory_gb: '${var.n}',
    });
  });
});
