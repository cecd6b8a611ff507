// Whether two simple patterns can match the same text: letters, `.` for any letter, `[a-z]`, each
// followed by `*` or `+` at will, and `\` before a letter that means itself.

import { exceed, fail } from '../host/host-builtin.ts';

/** Letters as ranges of code points, each from its first to its last. */
type Letters = readonly (readonly [number, number])[];
type Step = { readonly letters: Letters; readonly repeat: '' | '*' | '+' };

const ANY: Letters = [[0, 0x10ffff]];
/** A pattern may have this many steps: all pairs of steps are looked at. */
const STEPS_MAX = 1000;

function codeOf(letter: string | undefined): number {
  return letter?.codePointAt(0) ?? fail('the pattern ends too early');
}

function parseSteps(pattern: string): readonly Step[] {
  const letters = [...pattern];
  const steps: Step[] = [];
  let at = 0;
  while (at < letters.length) {
    const letter = letters[at];
    let set: Letters;
    if (letter === '[') [set, at] = parseClass(letters, at + 1);
    else if (letter === '*' || letter === '+' || letter === ']') {
      return fail(`"${letter}" stands where a letter is expected`);
    } else {
      if (letter === '\\') at += 1;
      const code = codeOf(letters[at]);
      set = letter === '.' ? ANY : [[code, code]];
      at += 1;
    }
    const flag = letters[at];
    const repeat = flag === '*' || flag === '+' ? flag : '';
    if (repeat !== '') at += 1;
    if (steps.push({ letters: set, repeat }) > STEPS_MAX) {
      return exceed(`a pattern has more than ${STEPS_MAX} steps`);
    }
  }
  return steps;
}

function parseClass(letters: readonly string[], start: number): [Letters, number] {
  const ranges: (readonly [number, number])[] = [];
  let at = start;
  const take = (): number => {
    if (letters[at] === '\\') at += 1;
    const code = codeOf(letters[at]);
    at += 1;
    return code;
  };
  while (letters[at] !== ']') {
    const first = take();
    const isRange = letters[at] === '-' && letters[at + 1] !== ']';
    if (isRange) at += 1;
    const last = isRange ? take() : first;
    if (last < first) return fail('a range of letters runs backwards');
    ranges.push([first, last]);
  }
  return ranges.length > 0 ? [ranges, at + 1] : fail('a class of letters is empty');
}

function overlap(a: Letters, b: Letters): boolean {
  return a.some(([low, high]) => b.some(([from, to]) => low <= to && from <= high));
}

// The places in a pattern that can be reached without a letter: past each `*`.
function closure(steps: readonly Step[], at: number): readonly number[] {
  const places = [at];
  for (let next = at; steps[next]?.repeat === '*'; next += 1) places.push(next + 1);
  return places;
}

// The places after one letter of the step at `at`.
function after(step: Step, at: number): readonly number[] {
  return step.repeat === '' ? [at + 1] : [at, at + 1];
}

/** Whether some text matches both patterns entirely. */
export function globsIntersect(first: string, second: string): boolean {
  const a = parseSteps(first);
  const b = parseSteps(second);
  const seen = new Set<number>();
  const queue: (readonly [number, number])[] = [];
  const visit = (i: number, j: number) => {
    for (const x of closure(a, i)) {
      for (const y of closure(b, j)) {
        const key = x * (b.length + 1) + y;
        if (seen.has(key)) continue;
        seen.add(key);
        queue.push([x, y]);
      }
    }
  };
  visit(0, 0);
  for (let pair = queue.pop(); pair; pair = queue.pop()) {
    const [i, j] = pair;
    if (i === a.length && j === b.length) return true;
    const [left, right] = [a[i], b[j]];
    if (!left || !right || !overlap(left.letters, right.letters)) continue;
    for (const x of after(left, i)) for (const y of after(right, j)) visit(x, y);
  }
  return false;
}
