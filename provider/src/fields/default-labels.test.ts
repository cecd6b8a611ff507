import { describe, expect, test } from '@jest/globals';
import { NETWORK_FIELDS } from '@novacron/contract/kinds/network/network';
import { POLICY_FIELDS } from '@novacron/contract/kinds/policy/policy';
import { SNAPSHOT_FIELDS } from '@novacron/contract/kinds/snapshot/snapshot';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { VM_GROUP_FIELDS } from '@novacron/contract/kinds/vm-group/vm-group';
import { VOLUME_FIELDS } from '@novacron/contract/kinds/volume/volume';
import { UNKNOWN } from '../cty/unknown.ts';
import { hasSameLabels, planLabels, splitLabels, withAllLabels } from './default-labels.ts';

const DEFAULTS = { env: 'prod', team: 'a' };
const READ = { defaults: DEFAULTS, imported: false };

describe('planned labels', () => {
  test.each([
    ['none of its own', null, DEFAULTS],
    [
      'its own go before',
      { team: 'mine', tier: 'web' },
      { env: 'prod', team: 'mine', tier: 'web' },
    ],
    ['a value that is not known yet', { tier: UNKNOWN }, { ...DEFAULTS, tier: UNKNOWN }],
    ['nothing known', UNKNOWN, UNKNOWN],
  ])('%s', (_case, metadata, all) => {
    expect(planLabels(VM_FIELDS, { metadata }, DEFAULTS)).toEqual({ metadata_all: all });
  });

  test('are null without default labels, and nothing of kinds without labels', () => {
    expect(planLabels(VM_FIELDS, { metadata: { a: 'b' } }, {})).toEqual({ metadata_all: null });
    expect(planLabels(POLICY_FIELDS, {}, DEFAULTS)).toEqual({});
  });

  test.each([
    ['a network', NETWORK_FIELDS],
    ['a volume', VOLUME_FIELDS],
    ['a snapshot', SNAPSHOT_FIELDS],
  ])('of %s contain the default labels', (_kind, table) => {
    expect(planLabels(table, {}, DEFAULTS)).toEqual({ metadata_all: DEFAULTS });
  });

  test.each([
    ['the same', { a: '1' }, { a: '1' }, true],
    ['another value', { a: '1' }, { a: '2' }, false],
    ['the first', null, { a: '1' }, false],
    ['the last', { a: '1' }, null, false],
    ['an unknown one', { a: '1' }, { a: UNKNOWN }, false],
  ])('are compared with the state: %s', (_case, was, is, same) => {
    expect(hasSameLabels({ metadata_all: was }, { metadata_all: is })).toBe(same);
  });
});

describe('a state with labels', () => {
  test.each([
    [
      'hides what only the provider block says',
      { env: 'prod', team: 'a', tier: 'web' },
      { metadata: { tier: 'web' }, metadata_all: { env: 'prod', team: 'a', tier: 'web' } },
      { tier: 'web' },
    ],
    [
      'shows what the configuration says as well',
      { env: 'prod', team: 'a' },
      { metadata: { env: 'prod' }, metadata_all: { env: 'prod', team: 'a' } },
      { env: 'prod' },
    ],
    [
      'hides a manual change of a label of the provider block, which is in all labels',
      { env: 'test', team: 'a' },
      { metadata: null, metadata_all: DEFAULTS },
      null,
    ],
    [
      'shows a label that was added by hand',
      { ...DEFAULTS, extra: '1' },
      { metadata: null, metadata_all: DEFAULTS },
      { extra: '1' },
    ],
    ['keeps an empty map', DEFAULTS, { metadata: {}, metadata_all: DEFAULTS }, {}],
    [
      'hides what an earlier provider block said',
      { old: 'x', tier: 'web' },
      { metadata: { tier: 'web' }, metadata_all: { old: 'x', tier: 'web' } },
      { tier: 'web' },
    ],
    ['takes over what is there', { env: 'prod' }, { metadata: { env: 'prod' } }, { env: 'prod' }],
    ['has none', null, { metadata: null, metadata_all: null }, null],
  ])('%s', (_case, answered, own, metadata) => {
    const state = splitLabels({ metadata: answered }, own, READ);
    expect(state).toEqual({ metadata, metadata_all: answered });
    expect(withAllLabels(state).metadata).toEqual(answered);
  });

  test('that is imported counts labels as those of the block where they are the same', () => {
    const answered = { metadata: { env: 'prod', team: 'b', tier: 'web' } };
    expect(splitLabels(answered, {}, { ...READ, imported: true })).toEqual({
      metadata: { team: 'b', tier: 'web' },
      metadata_all: answered.metadata,
    });
  });

  test('of the members of a group is split by itself, as far as one is known', () => {
    const vm = { cpu_cores: 1, metadata: { env: 'prod', tier: 'web' } };
    const answered = { metadata: { env: 'prod' }, vm };
    const state = splitLabels(answered, {}, { ...READ, imported: true });
    expect(state).toEqual({
      metadata: null,
      metadata_all: { env: 'prod' },
      vm: { cpu_cores: 1, metadata: { tier: 'web' } },
      vm_metadata_all: vm.metadata,
    });
    expect(withAllLabels(state)).toMatchObject(answered);
    expect(planLabels(VM_GROUP_FIELDS, { metadata: null, vm: UNKNOWN }, DEFAULTS)).toEqual({
      metadata_all: DEFAULTS,
      vm_metadata_all: UNKNOWN,
    });
    expect(withAllLabels({ vm: UNKNOWN, vm_metadata_all: UNKNOWN }).vm).toBe(UNKNOWN);
  });

  test('says null of all labels where neither block nor state knows any', () => {
    expect(splitLabels({ metadata: { a: 'b' } }, { metadata: null })).toEqual({
      metadata: { a: 'b' },
      metadata_all: null,
    });
    expect(splitLabels({ cidr: '10.0.0.0/8' }, {}, READ)).toEqual({ cidr: '10.0.0.0/8' });
  });
});
