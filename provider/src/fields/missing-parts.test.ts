import { describe, expect, test } from '@jest/globals';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { findMissing, findNewlyMissing, wholesOf, withoutMissing } from './missing-parts.ts';

const LACKING = { missing_network_ids: ['net_1'], network_interfaces: ['net_2'] };

describe('what a resource lacks', () => {
  test('is found in the fields that list it, and nowhere else', () => {
    expect(findMissing(VM_FIELDS, LACKING)).toEqual(['missing_network_ids']);
    expect(findMissing(VM_FIELDS, { missing_network_ids: [] })).toEqual([]);
    expect(findMissing(VM_FIELDS, { missing_network_ids: null })).toEqual([]);
    expect(findMissing(VM_FIELDS, {})).toEqual([]);
  });

  test('is new where the state had something else, or nothing', () => {
    expect(findNewlyMissing(VM_FIELDS, {}, LACKING)).toEqual(['missing_network_ids']);
    expect(findNewlyMissing(VM_FIELDS, LACKING, LACKING)).toEqual([]);
    expect(findNewlyMissing(VM_FIELDS, LACKING, { missing_network_ids: [] })).toEqual([]);
  });

  test('is nothing after an update', () => {
    expect(withoutMissing(VM_FIELDS, LACKING)).toEqual({ missing_network_ids: [] });
    expect(withoutMissing(VM_FIELDS, { missing_network_ids: [] })).toEqual({});
  });

  test('belongs to the field that it is missing from', () => {
    expect(wholesOf(VM_FIELDS, ['missing_network_ids', 'name'])).toEqual(['further_network_ids']);
  });

  test('what a resource should not have counts as well, and is removed', () => {
    const device = { kind: 'disk', name: 'hand', mac_address: null };
    const having = { foreign_devices: [device] };
    expect(findMissing(VM_FIELDS, having)).toEqual(['foreign_devices']);
    expect(withoutMissing(VM_FIELDS, having)).toEqual({ foreign_devices: [] });
    expect(wholesOf(VM_FIELDS, ['foreign_devices'])).toEqual(['foreign_devices']);
  });
});
