import { describe, expect, test } from '@jest/globals';
import { evaluateRego } from './evaluate-query.ts';
import type { TraceEvent } from './record-trace.ts';

function traceOf(text: string, query: string, input: unknown = {}): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  const answer = evaluateRego({
    modules: { 'p.rego': `package p\n\n${text}\n` },
    query,
    input,
    onTrace: (event) => events.push(event),
  });
  if (!answer.ok) throw new Error(answer.error.map(({ message }) => message).join('\n'));
  return events;
}

/** Without what the query itself adds. */
function linesOf(events: readonly TraceEvent[]): readonly string[] {
  return events
    .filter(({ file }) => file === 'p.rego')
    .map(({ kind, row, values }) =>
      [`${row} ${kind}`, ...values.map(({ name, value }) => `${name}=${value}`)].join(' '),
    );
}

describe('a trace', () => {
  test('has what was entered, evaluated and left', () => {
    expect(
      linesOf(traceOf('allow if {\n\tinput.x == 1\n\ttrue\n}', 'data.p.allow', { x: 1 })),
    ).toEqual(['3 enter', '4 eval', '5 eval', '3 exit']);
  });

  test('has the line that fails, with its values', () => {
    const text = 'allow if {\n\tlimit := input.limits[input.name]\n\tinput.size <= limit\n}';
    const input = { name: 'a', limits: { a: 3 }, size: 4 };
    const lines = linesOf(traceOf(text, 'data.p.allow', input));
    expect(lines.at(-1)).toBe('5 fail limit=3 input.size=4');
    expect(lines.filter((line) => line.includes('fail'))).toHaveLength(1);
  });

  test('ends at an undefined line', () => {
    const lines = linesOf(traceOf('allow if {\n\tinput.none\n\tinput.x\n}', 'data.p.allow'));
    expect(lines).toEqual(['3 enter', '4 eval', '4 fail']);
  });

  test('tries the next member where a line after it fails', () => {
    const text = 'allow if {\n\tsome x in input.xs\n\tx > 1\n}';
    expect(linesOf(traceOf(text, 'data.p.allow', { xs: [1, 2] }))).toEqual([
      '3 enter',
      '4 eval',
      '5 eval',
      '5 fail x=1',
      '4 redo input.xs=[1, 2]',
      '5 eval',
      '3 exit',
    ]);
  });

  test('enters functions and rules once more inside, deeper', () => {
    const text = 'allow if double(input.x) == limit\n\ndouble(n) := m if m := n * 2\n\nlimit := 4';
    const events = traceOf(text, 'data.p.allow', { x: 2 });
    const entered = events.filter(({ kind }) => kind === 'enter');
    expect(entered.map(({ rule, depth }) => `${depth} ${rule}`)).toEqual([
      '0 data.__query__.answer',
      '1 data.p.allow',
      '2 data.p.double',
      '2 data.p.limit',
    ]);
  });

  test.each([
    ['not', 'allow if {\n\tnot input.x == 1\n}', { x: 1 }, '4 fail'],
    ['every', 'allow if {\n\tevery x in input.xs { x > 1 }\n}', { xs: [2, 1] }, '4 fail'],
    ['with', 'allow if {\n\tinput.x == 2 with input.x as 1\n}', {}, '4 fail'],
    [
      'a comprehension',
      'allow if {\n\tcount([x | some x in input.xs; x > 1]) == 2\n}',
      { xs: [1, 2] },
      '4 fail',
    ],
  ])('%s fails as one line', (_what, text, input, last) => {
    const lines = linesOf(traceOf(text, 'data.p.allow', input));
    expect(lines.at(-1)).toMatch(new RegExp(`^${last}`));
    expect(lines).not.toContain('3 exit');
  });

  test('names the alternatives of a rule by their rows', () => {
    const text = 'v := 1 if {\n\tinput.a\n} else := 2 if {\n\tinput.b\n}';
    const lines = linesOf(traceOf(text, 'data.p.v', { b: true }));
    expect(lines).toEqual(['3 enter', '4 eval', '4 fail', '6 eval', '5 exit']);
  });

  test('separates a line from the part of it that is before "with"', () => {
    const text =
      'q := input.x\n\nallow if {\n\tq == 1 with input.x as 1\n\tq == 3 with input.x as 2\n}';
    expect(linesOf(traceOf(text, 'data.p.allow')).filter((line) => !line.startsWith('3'))).toEqual([
      '5 enter',
      '6 eval',
      '6 eval',
      '7 eval',
      '7 eval',
      '7 fail data.p.q=2',
      '7 fail',
    ]);
  });

  test('changes no answer', () => {
    const text = 'p[k] contains v if {\n\tsome k, vs in input\n\tsome v in vs\n\tnot v in {2}\n}';
    const asked = {
      modules: { p: `package p\n${text}` },
      query: 'x := data.p.p',
      input: { a: [1, 2, 3], b: [2] },
    };
    expect(evaluateRego({ ...asked, onTrace: () => {} })).toEqual(evaluateRego(asked));
  });

  test('has the rows of the query', () => {
    const events = traceOf('x := 1', 'data.p.x == 1\ndata.p.x == 2');
    expect(events.filter(({ kind }) => kind === 'fail')).toEqual([
      expect.objectContaining({
        file: 'query',
        row: 2,
        values: [{ name: 'data.p.x', value: '1' }],
      }),
    ]);
  });
});
