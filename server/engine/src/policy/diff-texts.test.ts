import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diffTexts, LINE_PAIRS_MAX } from './diff-texts.ts';
import { chooseVersion } from './rules/choose-version.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\n`);

/** Applies hunks as `patch` does. */
function patch(before: string, diff: string): string {
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const made: string[] = [];
  let at = 0;
  const lines = (diff.match(/[^\n]*\n/g) ?? []).filter((line) => line !== '');
  for (const [number, line] of lines.entries()) {
    const [, start = '0', count = '0'] = /^@@ -(\d+),(\d+) /.exec(line) ?? [];
    const bare = lines[number + 1]?.startsWith('\\') ? line.slice(1, -1) : line.slice(1);
    if (line.startsWith('@@')) {
      const from = count === '0' ? Number(start) : Number(start) - 1;
      made.push(...old.slice(at, from));
      at = from;
    } else if (line.startsWith('-')) at += 1;
    else if (line.startsWith('+')) made.push(bare);
    else if (line.startsWith(' ')) {
      made.push(bare);
      at += 1;
    }
  }
  return [...made, ...old.slice(at)].join('');
}

describe('the difference of two texts', () => {
  test('is nothing between equal texts', () => {
    expect(diffTexts('a\nb', 'a\nb')).toBe('');
  });

  test('shows what was removed and added with three lines around it', () => {
    const before = numbered(12);
    const after = before.with(5, 'changed\n');
    expect(diffTexts(before.join(''), after.join(''))).toBe(
      '@@ -3,7 +3,7 @@\n line 2\n line 3\n line 4\n-line 5\n+changed\n line 6\n line 7\n line 8\n',
    );
  });

  test('shows changes that are far from each other apart', () => {
    const before = numbered(30);
    const after = before.with(2, 'x\n').with(25, 'y\n');
    const heads = diffTexts(before.join(''), after.join('')).match(/^@@.*$/gm);
    expect(heads).toEqual(['@@ -1,6 +1,6 @@', '@@ -23,7 +23,7 @@']);
  });

  test('says where a text does not end with a newline', () => {
    expect(diffTexts('a', 'a\n')).toBe('@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n');
  });

  test('of a text that was empty is all of it', () => {
    expect(diffTexts('', 'a\nb\n')).toBe('@@ -0,0 +1,2 @@\n+a\n+b\n');
  });

  test('of texts too long to compare is one text and the other', () => {
    const length = Math.ceil(Math.sqrt(LINE_PAIRS_MAX)) + 1;
    const before = numbered(length).map((line) => `old ${line}`);
    const diff = diffTexts(before.join(''), before.toReversed().join(''));
    expect(diff.startsWith(`@@ -1,${length} +1,${length} @@\n-old line 0\n-old line 1\n`)).toBe(
      true,
    );
  });

  test('makes the later text of the earlier one', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd', '', '-e', '+f', '@@ -g'), { maxLength: 24 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(patch(before, diffTexts(before, after))).toBe(after);
      }),
    );
  });
});

describe('the version that decides', () => {
  const at = (version: number, activeFromMs: number | null) => ({ version, activeFromMs });

  test.each([
    ['the latest one', [at(1, null), at(2, null)], 2],
    ['the one before a version that is still to come', [at(1, null), at(2, 11)], 1],
    ['a version from its very moment on', [at(1, null), at(2, 10)], 2],
    ['the latest one, however late an earlier one begins', [at(3, null), at(2, 11)], 3],
    ['none while all are still to come', [at(1, 11), at(2, 12)], undefined],
  ])('is %s', (_words, versions, wanted) => {
    expect(chooseVersion(versions, 10)?.version).toBe(wanted);
  });
});
