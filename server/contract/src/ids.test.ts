import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeId, NodeId, OperationId, uuidOfId, VmId } from './ids.ts';

const BYTES = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

describe('ids', () => {
  test('an id is its prefix and 26 characters, and its schema knows it', () => {
    const id = makeId('vm', 1_700_000_000_000, BYTES);
    expect(id).toMatch(/^vm_[0-9a-z]{26}$/);
    expect(VmId.safeParse(id).success).toBe(true);
  });

  test.each([
    ['the id of another kind', makeId('node', 1, BYTES)],
    ['a UUID without prefix', '01890a5d-ac96-774b-bcce-b302099a8057'],
    ['a number too large for 128 bits', `vm_8${'0'.repeat(25)}`],
    ['a letter that base32 leaves out', `vm_0${'u'.repeat(25)}`],
    ['too few characters', 'vm_01h455vb4pex5vsknk084sn02'],
  ])('%s is refused with a text that shows the form', (_what, text) => {
    const parsed = VmId.safeParse(text);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues[0]?.message).toBe('must be the id of a VM: vm_…');
  });

  test('the text names what begins with a vowel as one does', () => {
    const [issue] = OperationId.safeParse('op').error?.issues ?? [];
    expect(issue?.message).toBe('must be the id of an operation: op_…');
  });

  test('the UUID inside is of version 7, variant 2, and begins with the time', () => {
    const nowMs = 0x0189_0a5d_ac96;
    const uuid = uuidOfId(makeId('net', nowMs, new Uint8Array(10).fill(0xff)));
    expect(uuid).toBe('01890a5d-ac96-7fff-bfff-ffffffffffff');
  });

  test('property: text order of ids is time order', () => {
    const moment = fc.integer({ min: 0, max: 2 ** 48 - 1 });
    const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(moment, moment, bytes, bytes, (first, second, left, right) => {
        fc.pre(first < second);
        expect(makeId('vm', first, left) < makeId('vm', second, right)).toBe(true);
      }),
    );
  });

  test('property: every id that is made is accepted by its own schema alone', () => {
    const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), bytes, (nowMs, random) => {
        const id = makeId('node', nowMs, random);
        expect(NodeId.safeParse(id).success).toBe(true);
        expect(VmId.safeParse(id).success).toBe(false);
      }),
    );
  });
});
