import { describe, expect, test } from '@jest/globals';
import { NETWORK_RULES } from '../network-rules.ts';
import { checkNetworkBlock } from './check-network-block.ts';

const NODES = [
  { facts_json: null },
  { facts_json: '{"hypervisor":{}}' },
  { facts_json: '{"tunnel_address":"10.99.7.1"}' },
];
const RULES = { ...NETWORK_RULES, reserved: ['10.98.0.0/16', '10.99.0.10', 'fd00:9::53'] };

const LARGE = 'is larger than a network may be, which is a';
const PUBLIC = 'is not within the blocks that networks may have';
const SHARED = 'shares addresses with those of hosts or of the control plane';

describe('the block of a network', () => {
  test.each([
    ['10.0.0.0/15', `${LARGE} /16`],
    ['10.0.0.0/8', `${LARGE} /16`],
    ['fd00::/47', `${LARGE} /48`],
    ['8.8.8.0/24', PUBLIC],
    ['172.32.0.0/16', PUBLIC],
    ['2600::/48', PUBLIC],
    // The control plane, a block of the operator, a name server, a tunnel of a node.
    ['10.99.0.0/24', SHARED],
    ['10.99.0.8/30', SHARED],
    ['10.98.4.0/24', SHARED],
    ['fd00:9::/64', SHARED],
    ['10.99.7.0/24', SHARED],
  ])('%s is refused', (cidr, message) => {
    const found = checkNetworkBlock(cidr, RULES, NODES);
    expect(found).toMatchObject({ code: 'validation-failed', detail: `${cidr} ${message}.` });
    // A tenant learns nothing of what is there.
    expect(JSON.stringify(found).replaceAll(cidr, '')).not.toMatch(/10\.9[89]|fd00:9|node/);
  });

  test.each(['10.0.0.0/16', '10.99.1.0/24', '192.168.0.0/16', 'fd00:1::/48', '203.0.113.0/24'])(
    '%s is accepted',
    (cidr) => {
      expect(checkNetworkBlock(cidr, RULES, NODES)).toBeUndefined();
    },
  );

  test('follows what the operator says', () => {
    const rules = { allowed: ['8.8.0.0/16'], reserved: [], prefixMin: 8 };
    expect(checkNetworkBlock('8.8.8.0/24', rules, [])).toBeUndefined();
    expect(checkNetworkBlock('10.0.0.0/24', rules, [])).toMatchObject({
      remedy: expect.stringContaining('network-blocks'),
    });
    const large = { ...NETWORK_RULES, prefixMin: 8 };
    expect(checkNetworkBlock('10.0.0.0/8', large, [])).toBeUndefined();
  });
});
