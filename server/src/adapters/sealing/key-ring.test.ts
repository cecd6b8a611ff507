import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKeyRing, isSealed, keyIdOf, type SealedPlace } from './key-ring.ts';
import { nameSealingKey } from './sealing-key.ts';

const NEW = nameSealingKey(Buffer.alloc(32, 1));
const OLD = nameSealingKey(Buffer.alloc(32, 2));
const PLACE: SealedPlace = { table: 'baselines', column: 'applied_json', id: 'vm_a' };

describe('a sealed value', () => {
  test('opens at its place with its key, whatever it is (property)', () => {
    const ring = createKeyRing([NEW]);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const sealed = ring.seal(PLACE, text);
        expect(keyIdOf(sealed)).toBe(NEW.id);
        expect(createKeyRing([NEW]).open(PLACE, sealed)).toEqual({ kind: 'text', text });
      }),
    );
  });

  test.each<[string, Partial<SealedPlace>]>([
    ['row', { id: 'vm_b' }],
    ['column', { column: 'origin' }],
    ['table', { table: 'operations' }],
  ])('does not open at another %s', (_what, moved) => {
    const ring = createKeyRing([NEW]);
    const sealed = ring.seal(PLACE, 'secret');
    expect(ring.open({ ...PLACE, ...moved }, sealed)).toEqual({ kind: 'damaged' });
  });

  test('does not open when any of its characters is another one', () => {
    const ring = createKeyRing([NEW]);
    const sealed = ring.seal(PLACE, 'secret');
    const body = sealed.lastIndexOf('.') + 1;
    for (let at = body; at < sealed.length; at += 1) {
      const changed = sealed[at] === 'A' ? 'B' : 'A';
      const opened = ring.open(PLACE, `${sealed.slice(0, at)}${changed}${sealed.slice(at + 1)}`);
      expect({ at, opened }).toEqual({ at, opened: { kind: 'damaged' } });
    }
    expect(ring.open(PLACE, `${sealed}A`)).toEqual({ kind: 'damaged' });
    expect(ring.open(PLACE, `${sealed.slice(0, body)}AAAA`)).toEqual({ kind: 'damaged' });
  });

  test('has one text: not even the bits that no byte holds may differ', () => {
    const ring = createKeyRing([NEW]);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    for (const text of ['', 'a', 'ab', 'abc']) {
      const sealed = ring.seal(PLACE, text);
      const last = sealed.replace(/=+$/, '').length - 1;
      const opening = [...alphabet].filter((letter) => {
        const other = `${sealed.slice(0, last)}${letter}${sealed.slice(last + 1)}`;
        return ring.open(PLACE, other).kind === 'text';
      });
      expect(opening).toEqual([sealed[last]]);
    }
  });

  test('names the key that is missing, and does not open as that of another key', () => {
    const sealed = createKeyRing([OLD]).seal(PLACE, 'secret');
    const ring = createKeyRing([NEW]);
    expect(ring.open(PLACE, sealed)).toEqual({ kind: 'unknown-key', keyId: OLD.id });
    expect(ring.open(PLACE, sealed.replace(OLD.id, NEW.id))).toEqual({ kind: 'damaged' });
  });

  test('is never the same twice, also of the same text', () => {
    const rings = [createKeyRing([NEW]), createKeyRing([NEW])];
    const sealed = rings.flatMap((ring) => [1, 2, 3].map(() => ring.seal(PLACE, 'secret')));
    const nonces = sealed.map((text) =>
      Buffer.from(text.split('.')[2] ?? '', 'base64')
        .subarray(0, 28)
        .toString('hex'),
    );
    expect(new Set(nonces).size).toBe(6);
  });

  test('is distinguished from JSON', () => {
    expect(['{}', '[]', '"ncs1"', 'null', ''].map(isSealed)).not.toContain(true);
  });
});

describe('a ring', () => {
  test('seals with the first key and opens with all of them', () => {
    const sealed = createKeyRing([OLD]).seal(PLACE, 'secret');
    const ring = createKeyRing([NEW, OLD]);
    expect(ring.open(PLACE, sealed)).toEqual({ kind: 'text', text: 'secret' });
    expect(keyIdOf(ring.seal(PLACE, 'secret'))).toBe(NEW.id);
    ring.use(OLD.id);
    expect(keyIdOf(ring.seal(PLACE, 'secret'))).toBe(OLD.id);
  });
});
