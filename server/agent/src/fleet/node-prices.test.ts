import { describe, expect, test } from '@jest/globals';
import { defaultFleet, parseFleet } from './fleet.ts';
import { pricesOf } from './node-prices.ts';

const SIZE = { cpu_cores: 8, memory_gb: 16 };
const SPOT = { spot_ratio: 1, spot_risk: 0 };

describe('what an agent announces of the prices of its node', () => {
  test.each([
    ['nothing where no price is configured', {}, undefined],
    [
      'half of the price of a whole node for its cores, half for its memory',
      { price_per_hour: 0.32 },
      { cpu_core: 0.02, memory_gb: 0.01, disk_gb: 0, ...SPOT },
    ],
    [
      'the price of each part, disk for nothing unless said',
      { price_per_hour: { cpu_core: 0.1, memory_gb: 0.2 }, spot_discount: 0.25 },
      { cpu_core: 0.1, memory_gb: 0.2, disk_gb: 0, spot_ratio: 0.75, spot_risk: 0 },
    ],
    [
      'that it may be taken away, also where it costs nothing',
      { spot_risk: 0.5 },
      { cpu_core: 0, memory_gb: 0, disk_gb: 0, spot_ratio: 1, spot_risk: 0.5 },
    ],
  ])('%s', (_name, said, prices) => {
    expect(pricesOf({ ...SIZE, ...said })).toEqual(prices);
  });
});

describe('a fleet description with classes of nodes', () => {
  const { nodes, storage_pools } = defaultFleet();
  const [node] = nodes;

  test('gives a node what its class says and it does not say itself', () => {
    const fleet = parseFleet({
      node_classes: { spare: { price_per_hour: 0.4, spot_risk: 0.1 } },
      nodes: [{ ...node, class: 'spare', spot_risk: 0.2 }],
      storage_pools,
    });
    expect(fleet).toMatchObject({
      ok: true,
      value: { nodes: [{ price_per_hour: 0.4, spot_risk: 0.2 }] },
    });
  });

  test.each([
    [{ class: 'lost' }, 'node_classes has no lost'],
    [{ price_per_hour: -1 }, 'must be at least 0'],
    [{ price_per_hour: 'dear' }, 'must be a number, or cpu_core, memory_gb and disk_gb'],
    [{ spot_discount: 2 }, 'must be at most 1'],
    [{ spot_risk: 'high' }, 'must be a number'],
  ])('refuses %j: %s', (said, reason) => {
    const fleet = parseFleet({ nodes: [{ ...node, ...said }], storage_pools });
    expect(fleet).toMatchObject({ ok: false, error: { code: 'validation-failed' } });
    if (!fleet.ok) expect(fleet.error.fields.map(({ message }) => message)).toContain(reason);
  });
});
