import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Aspects, TerraformVariable } from 'cdktf';
import { NovacronProvider } from '../gen/provider/index.ts';
import type { Vm as VmResource } from '../gen/vm/index.ts';
import { EnforcementMode, PolicyType } from '../props/choices.ts';
import { PolicyRule } from '../props/policy-rule.ts';
import { Size } from '../props/size.ts';
import { Network } from '../resources/network.ts';
import { Vm } from '../resources/vm.ts';
import { VmGroup } from '../resources/vm-group.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { findTrouble } from '../test-kit/synthesize.ts';
import { LabelsAspect } from './labels-aspect.ts';
import { PolicyAspect, type PolicyAspectOptions } from './policy-aspect.ts';

const SMALL = PolicyRule.inline(`package small

deny contains sprintf("%v has %v GB", [input.resource.name, input.resource.memory_gb]) if {
	input.resource.type == "vm"
	input.resource.memory_gb > 64
}

warn contains "no owner" if not input.resource.metadata.owner
`);

const LARGE = { ...MACHINE, isolated: true, memory: Size.gibibytes(128) };

const LARGE_MEMBER = { ...MACHINE, memory: Size.gibibytes(128) };

const troubleWith = (rule: PolicyRule, options?: PolicyAspectOptions, labels = {}) =>
  findTrouble((stack) => {
    new Vm(stack, 'web', { ...LARGE, labels });
    new Network(stack, 'lan', { cidr: '10.0.0.0/16' });
    Aspects.of(stack).add(new PolicyAspect([rule], options));
  });

describe('a policy at synth', () => {
  test('fails what it refuses, with the path of the resource and its own words', () => {
    const trouble = troubleWith(SMALL);
    expect(trouble).toContain(
      '[shop/web] policy "small" denies it: shop-web has 128 GB. ' +
        'Change the resource, or the policy (rule).',
    );
    expect(trouble).not.toContain('lan');
  });

  test('is asked about the members of a group, of which not all is known', () => {
    const trouble = findTrouble((stack) => {
      const network = new Network(stack, 'lan', { cidr: '10.0.0.0/16' });
      new VmGroup(stack, 'shop', { ...LARGE_MEMBER, network, minSize: 1, maxSize: 2 });
      Aspects.of(stack).add(new PolicyAspect([SMALL]));
    });
    expect(trouble).toContain('[shop/shop] policy "small" denies it: shop-shop-1 has 128 GB.');
  });

  test('is asked about every member, by its name', () => {
    const rule = PolicyRule.inline(
      'package third\n\ndeny contains "not the third" if endswith(input.resource.name, "-3")\n',
    );
    const trouble = (minSize: number) =>
      findTrouble((stack) => {
        const network = new Network(stack, 'lan', { cidr: '10.0.0.0/16' });
        new VmGroup(stack, 'shop', { ...MACHINE, network, minSize, maxSize: 3 });
        Aspects.of(stack).add(new PolicyAspect([rule]));
      });
    expect(trouble(3)).toContain('not the third');
    expect(trouble(2)).toBe('');
  });

  test('sees the default labels of the provider', () => {
    const rule = PolicyRule.inline(
      'package owned\n\ndeny contains "no owner" if not input.resource.metadata.owner\n',
    );
    const trouble = (labels: { [key: string]: string }) =>
      findTrouble((stack) => {
        for (const provider of stack.node.findAll()) {
          if (provider instanceof NovacronProvider) provider.defaultLabels = labels;
        }
        new Vm(stack, 'web', LARGE);
        Aspects.of(stack).add(new PolicyAspect([rule]));
      });
    expect(trouble({ owner: 'ann' })).toBe('');
    expect(trouble({ tier: 'web' })).toContain('no owner');
  });

  test('only warns in warn mode, and says nothing in audit mode', () => {
    const warningsIn = (enforcementMode: EnforcementMode) => {
      let warnings: readonly string[] = [];
      const trouble = findTrouble((stack) => {
        const vm = new Vm(stack, 'web', LARGE);
        Aspects.of(stack).add(new PolicyAspect([SMALL], { enforcementMode }));
        // What is made last is checked last: the warnings are there then.
        new Network(stack, 'last', { cidr: '10.0.0.0/16' }).node.addValidation({
          validate: () => {
            const all = vm.node.findAll().flatMap(({ node }) => node.metadata);
            warnings = all.filter(({ type }) => /warn/.test(type)).map(({ data }) => String(data));
            return [];
          },
        });
      });
      return { trouble, warnings };
    };
    const warned = warningsIn(EnforcementMode.WARN);
    expect(warned.trouble).toBe('');
    expect(warned.warnings.join('\n')).toContain('shop-web has 128 GB');
    expect(warned.warnings.join('\n')).toContain('no owner');
    expect(warningsIn(EnforcementMode.AUDIT)).toEqual({ trouble: '', warnings: [] });
  });

  test('is asked about what other aspects and escape hatches make of a resource', () => {
    const rule = PolicyRule.inline(
      'package owned\n\ndeny contains "no owner" if not input.resource.metadata.owner\n',
    );
    const options = { type: PolicyType.COMPLIANCE };
    const trouble = findTrouble((stack) => {
      const resource = new Vm(stack, 'web', LARGE).node.defaultChild as VmResource;
      resource.addOverride('memory_gb', 4);
      Aspects.of(stack).add(new PolicyAspect([rule, SMALL], options));
      Aspects.of(stack).add(new LabelsAspect({ owner: 'shop' }));
    });
    expect(trouble).toBe('');
    expect(troubleWith(rule, options)).toContain('no owner');
  });

  test('of type access has to allow, for the role that will apply', () => {
    const rule = PolicyRule.inline(
      '# METADATA\n# title: Admins only\n# custom:\n#   type: access\npackage a\n\n' +
        'allow if input.subject.role == "admin"\n',
    );
    expect(troubleWith(rule, { role: 'admin' })).toBe('');
    expect(troubleWith(rule)).toContain(
      'policy "Admins only" denies it: policy "Admins only" (version 1, data.a.allow) denies ' +
        'create_vm by role operator',
    );
  });

  test('waits where it reads what only Terraform knows', () => {
    const trouble = findTrouble((stack) => {
      const memory = new TerraformVariable(stack, 'memory', { type: 'number' }).numberValue;
      const vm = new Vm(stack, 'web', { ...LARGE, memory: Size.gibibytes(memory) });
      Aspects.of(stack).add(new PolicyAspect([SMALL]));
      new Network(stack, 'last', { cidr: '10.0.0.0/16' }).node.addValidation({
        validate: () =>
          vm.node.findAll().flatMap(({ node }) => node.metadata.map(({ data }) => String(data))),
      });
    });
    expect(trouble).toContain(
      'policy "small" depends on memory_gb, which is only known to Terraform; it is evaluated ' +
        'in the plan.',
    );
  });
});

describe('policies of a directory', () => {
  test('are all asked, but for their tests', () => {
    const folder = mkdtempSync(join(tmpdir(), 'novacron-policies-'));
    writeFileSync(join(folder, 'small.rego'), SMALL.text);
    writeFileSync(join(folder, 'small_test.rego'), 'package small_test\n\nbroken {{\n');
    const trouble = findTrouble((stack) => {
      new Vm(stack, 'web', LARGE);
      Aspects.of(stack).add(PolicyAspect.fromDirectory(folder));
    });
    rmSync(folder, { recursive: true });
    expect(trouble).toContain('shop-web has 128 GB');
  });

  test('have to be some', () => {
    const folder = mkdtempSync(join(tmpdir(), 'novacron-policies-'));
    expect(() => PolicyAspect.fromDirectory(folder)).toThrow(
      'contains no policy. Pass a directory with files *.rego.',
    );
    rmSync(folder, { recursive: true });
  });
});

test('a text that does not compile is refused at once, with its places', () => {
  expect(() => new PolicyAspect([PolicyRule.inline('package a\n\nallow if x\n')])).toThrow(
    /^A policy cannot be evaluated:\nrule:3:10: /,
  );
});
