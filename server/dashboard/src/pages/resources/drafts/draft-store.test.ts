import { describe, expect, test } from '@jest/globals';
import { forgetDraft, keepDraft, readDraft } from './draft-store.ts';

/** A storage of a tab. */
function place() {
  const texts = new Map<string, string>();
  return {
    texts,
    getItem: (name: string) => texts.get(name) ?? null,
    setItem: (name: string, text: string) => void texts.set(name, text),
    removeItem: (name: string) => void texts.delete(name),
  };
}

const ALICE = { principal: 'alice', tenant: 'ten_1' };
const DRAFT = { values: { rule: 'deny if true' }, base: { id: 'pol_1', revision: 2 } };

describe('drafts', () => {
  test('are given back to who has typed them', () => {
    const tab = place();
    keepDraft(tab, 'policy.update pol_1', { ...DRAFT, by: ALICE });
    expect(readDraft(tab, 'policy.update pol_1', ALICE)).toEqual(DRAFT);
    expect(readDraft(tab, 'policy.update pol_2', ALICE)).toBeUndefined();
  });

  test.each([
    { principal: 'bob', tenant: 'ten_1' },
    { principal: 'alice', tenant: 'ten_2' },
  ])('are not shown to $principal of $tenant', (other) => {
    const tab = place();
    keepDraft(tab, 'policy.update pol_1', { ...DRAFT, by: ALICE });
    expect(readDraft(tab, 'policy.update pol_1', other)).toBeUndefined();
  });

  test('are gone once they are forgotten', () => {
    const tab = place();
    keepDraft(tab, 'vm.create', { values: { name: 'web' }, base: undefined, by: ALICE });
    expect(readDraft(tab, 'vm.create', ALICE)).toEqual({ values: { name: 'web' } });
    forgetDraft(tab, 'vm.create');
    expect(readDraft(tab, 'vm.create', ALICE)).toBeUndefined();
  });

  test('of a storage that is full or broken are none', () => {
    const full = {
      getItem: () => '{"by":',
      setItem: () => {
        throw new Error('full');
      },
      removeItem: () => {
        throw new Error('closed');
      },
    };
    keepDraft(full, 'vm.create', { ...DRAFT, by: ALICE });
    forgetDraft(full, 'vm.create');
    expect(readDraft(full, 'vm.create', ALICE)).toBeUndefined();
  });
});
