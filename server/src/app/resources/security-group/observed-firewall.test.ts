import { describe, expect, test } from '@jest/globals';
import { MachineFirewall } from '@novacron/contract/agent/machine-network';
import { compareFirewall } from './observed-firewall.ts';

const RULE = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '22',
  cidr: '0.0.0.0/0',
} as const;
const FOUND = MachineFirewall.parse({ group_ids: [], rules: [{ ...RULE, group_id: null }] });
const UNGUARDED = { security_groups: null, firewall_rules: null };

describe('comparing a firewall', () => {
  test.each([undefined, { group_ids: [], rules: [] }])(
    'of a VM without rules with a node without any, %j, has no differences',
    (found) => {
      expect(compareFirewall(UNGUARDED, [], found)).toBeUndefined();
    },
  );

  test('of a VM without rules lists those that its node has', () => {
    const seen = compareFirewall(UNGUARDED, [], FOUND);
    expect(seen?.security_groups).toBeNull();
    expect(seen?.firewall_rules).toMatchObject([RULE]);
  });

  test('of a VM with rules shows that its node has none', () => {
    const firewall_rules = compareFirewall(UNGUARDED, [], FOUND)?.firewall_rules ?? [];
    const guarded = { security_groups: null, firewall_rules };
    expect(compareFirewall(guarded, [], undefined)).toEqual(UNGUARDED);
    expect(compareFirewall(guarded, [], FOUND)).toBeUndefined();
  });
});
