import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gatewayMac, LINK_NAME_LENGTH_MAX, linksOf, tapOf, vniOf } from './network-names.ts';

const texts = fc.string({ unit: 'binary', maxLength: 200 });

describe('for every node and network', () => {
  test('names of links are short, and have letters and digits only', () => {
    fc.assert(
      fc.property(texts, texts, (node, id) => {
        const { bridge, tunnel } = linksOf(node, id);
        for (const name of [bridge, tunnel, tapOf(node, id)]) {
          expect(name).toMatch(/^[a-z0-9]+$/);
          expect(name).toHaveLength(LINK_NAME_LENGTH_MAX);
        }
        expect(new Set([bridge, tunnel, tapOf(node, id)]).size).toBe(3);
      }),
    );
  });

  test('identifiers of tunnels have 24 bits and are not 0', () => {
    fc.assert(
      fc.property(texts, (id) => {
        expect(vniOf(id)).toBeGreaterThan(0);
        expect(vniOf(id)).toBeLessThan(2 ** 24);
      }),
    );
  });

  test('addresses of gateways are unicast and locally administered', () => {
    fc.assert(
      fc.property(texts, (id) => {
        expect(gatewayMac(id)).toMatch(/^02(:[0-9a-f]{2}){5}$/);
      }),
    );
  });
});

test('two nodes on one host have links of their own, and agree on the network', () => {
  expect(linksOf('node-01', 'net_1').bridge).not.toBe(linksOf('node-02', 'net_1').bridge);
  expect(tapOf('node-01', 'vm_1')).not.toBe(tapOf('node-02', 'vm_1'));
});
