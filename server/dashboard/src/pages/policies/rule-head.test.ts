import { describe, expect, test } from '@jest/globals';
import { readRuleHead } from './rule-head.ts';

const TUTORIAL = `# METADATA
# title: Small VMs
# description: Refuses VMs with more than 8 cores.
# custom:
#   type: resource
#   enforcement_mode: block
package novacron.small_vms

# METADATA
# custom:
#   enforcement_mode: audit
deny contains "no" if false
`;

describe('the head of a rule', () => {
  test('is the metadata of the package, not that of rules', () => {
    expect(readRuleHead(TUTORIAL)).toEqual({
      title: 'Small VMs',
      type: 'resource',
      mode: 'block',
      others: [],
    });
  });

  test('reads quotes and comments as YAML does', () => {
    const rule = `#METADATA
# title: "A: title" # of the policy
# custom:
#  type: 'data-governance'
#  enforcement_mode: warn # for now
package a`;
    const expected = { title: 'A: title', type: 'data-governance', mode: 'warn', others: [] };
    expect(readRuleHead(rule)).toEqual(expected);
  });

  test('names what the form cannot store', () => {
    const rule = `# METADATA
# custom:
#   actions: [create_vm]
#   selector:
#     kinds: [vm]
package a`;
    expect(readRuleHead(rule).others).toEqual(['selector', 'actions']);
  });

  test.each([
    ['no metadata', 'package a'],
    ['a plain comment', '# enforcement_mode: block\npackage a'],
    ['metadata of a rule only', 'package a\n# METADATA\n# custom:\n#  type: access\nx := 1'],
    ['words that are none', '# METADATA\n# custom:\n#  enforcement_mode: Block\npackage a'],
    ['a key outside custom', '# METADATA\n# scope: package\n# type: access\npackage a'],
    ['no text', ''],
  ])('states nothing with %s', (_what, rule) => {
    expect(readRuleHead(rule)).toEqual({
      title: undefined,
      type: undefined,
      mode: undefined,
      others: [],
    });
  });
});
