import { describe, expect, test } from '@jest/globals';
import { type TerraformStack, TerraformVariable } from 'cdktf';
import type { OrchestrationPolicy as Resource } from '../gen/orchestration-policy/index.ts';
import { Action } from '../orchestration/action.ts';
import { Condition } from '../orchestration/condition.ts';
import { PolicyDocument } from '../orchestration/policy-document.ts';
import { PlacementStrategy } from '../props/choices.ts';
import { Duration } from '../props/duration.ts';
import { PolicyRule } from '../props/policy-rule.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { APART, DOCUMENT_TEXT, policyWith } from '../test-kit/steering.ts';
import { attributesOf, findTrouble } from '../test-kit/synthesize.ts';
import { OrchestrationPolicy } from './orchestration-policy.ts';
import { Policy } from './policy.ts';
import { VmGroup } from './vm-group.ts';

describe('what only Terraform knows', () => {
  test('is encoded by Terraform, and passes', () => {
    const { document } = attributesOf('orchestration_policy', (stack) => {
      const zone = new TerraformVariable(stack, 'zone', { type: 'string' });
      const load = new TerraformVariable(stack, 'load', { type: 'number' });
      policyWith({
        rules: [
          {
            conditions: [Condition.metric('cpu_usage').isMoreThan(load.numberValue)],
            actions: [
              Action.migrate({ zone: zone.stringValue }),
              Action.alert(`too hot in "${zone.stringValue}"`),
            ],
          },
        ],
      })(stack);
    });
    expect(document).toContain('"value": ${jsonencode(var.load)}');
    expect(document).toContain('"zone": ${jsonencode(var.zone)}');
    expect(document).toContain('"message": "too hot in \\"${var.zone}\\""');
  });

  test('hides no mistake of the rest', () => {
    const trouble = findTrouble((stack) => {
      const load = new TerraformVariable(stack, 'load', { type: 'number' });
      policyWith({
        rules: [
          {
            conditions: [Condition.metric('cpu_usage').isMoreThan(load.numberValue)],
            actions: [Action.scaleUp({ factor: 0.5 })],
          },
        ],
      })(stack);
    });
    expect(trouble).toContain('[shop/steer] `rules[0].actions[0].factor` must be');
    expect(trouble).not.toContain('conditions');
  });

  test('is not what merely looks like it', () => {
    const conditions = [Condition.cel("labels.stage == '${stage} %{x}'")];
    const { document } = attributesOf(
      'orchestration_policy',
      policyWith({ rules: [{ ...APART, conditions }] }),
    );
    expect(document).toContain("labels.stage == '$${stage} %%{x}'");
  });
});

describe('synth refuses', () => {
  test.each<[string, OrchestrationPolicyProps, string]>([
    ['no rule', {}, '`rules` must have at least 1 entry'],
    [
      'an expression that is none',
      { rules: [{ ...APART, conditions: [Condition.cel('labels.')] }] },
      '`rules[0].conditions[0].expression` ',
    ],
    [
      'a schedule that is none',
      {
        rules: [
          {
            ...APART,
            conditions: [Condition.during({ schedule: 'daily', duration: Duration.hours(1) })],
          },
        ],
      },
      '`rules[0].conditions[0].schedule` ',
    ],
    [
      'a growth that says no number',
      { rules: [{ actions: [Action.scaleUp({})] }] },
      '`rules[0].actions[0].direction` needs factor, count or delay beside it',
    ],
    [
      'an unknown operation',
      { rules: [{ actions: [Action.custom('vm.halt')] }] },
      '`rules[0].actions[0].operation` "vm.halt" is not an operation',
    ],
    [
      'an unknown strategy',
      { rules: [{ actions: [Action.schedule({ strategy: PlacementStrategy.custom('luck') })] }] },
      '`rules[0].actions[0].strategy` ',
    ],
    [
      'a mistake in a text, with its line and column',
      { document: PolicyDocument.inline(DOCUMENT_TEXT.replace('strategy:', 'stratgy:')) },
      'document:8:58: `spec.rules.0.actions.0.parameters.stratgy` is not a known field',
    ],
    [
      'two policies in a text',
      {
        document: PolicyDocument.inline(
          `${DOCUMENT_TEXT}---\n${DOCUMENT_TEXT.replace('spread', 'other')}`,
        ),
      },
      'document:1:1: holds 2 policies; each is kept by itself',
    ],
  ])('%s', (_case, props, expected) => {
    expect(findTrouble(policyWith(props))).toContain(`[shop/steer] ${expected}`);
  });

  test('two policies of one name, also where the other one is in Rego', () => {
    const trouble = findTrouble((stack) => {
      policyWith({ rules: [APART], orchestrationPolicyName: 'spread' })(stack);
      new OrchestrationPolicy(stack, 'text', { document: PolicyDocument.inline(DOCUMENT_TEXT) });
      new Policy(stack, 'rego', {
        rule: PolicyRule.inline('package spread\n'),
        policyName: 'spread',
      });
    });
    expect(trouble).toContain('shop/steer and shop/text are both named "spread"');
    expect(trouble).toContain('shop/steer and shop/rego are both named "spread"');
  });

  test('a document with something beside it', () => {
    const document = PolicyDocument.inline(DOCUMENT_TEXT);
    expect(findTrouble(policyWith({ document, priority: 1 }))).toBe(
      'shop/steer has a document (document), which defines everything except `enabled`, but ' +
        '`priority` is also set. Move it into the document, or omit the document.',
    );
    const later = (call: (policy: OrchestrationPolicy, stack: TerraformStack) => void) =>
      findTrouble((stack) => call(new OrchestrationPolicy(stack, 'steer', { document }), stack));
    expect(later((policy) => policy.addRule(APART))).toContain('but addRule() is called.');
    const bound = later((policy, stack) => {
      const group = { ...MACHINE, isolated: true, minSize: 1, maxSize: 4 };
      policy.bind(new VmGroup(stack, 'web', group));
    });
    expect(bound).toContain('but bind() is called.');
  });

  test('what an escape hatch broke', () => {
    const trouble = findTrouble((stack) => {
      const policy = new OrchestrationPolicy(stack, 'steer', { rules: [APART] });
      (policy.node.defaultChild as Resource).document = 'policies: 3';
    });
    expect(trouble).toContain('[shop/steer] `policies` ');
  });

  test('a file that is missing', () => {
    expect(() => PolicyDocument.fromFile('no/such.yaml')).toThrow(
      /The orchestration policy no\/such\.yaml cannot be read \(ENOENT\)\. Pass an existing file/,
    );
  });
});
