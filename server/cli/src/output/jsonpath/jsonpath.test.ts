/** Templates of kubectl's JSONPath: what they write, and where their faults are. */
import { describe, expect, test } from '@jest/globals';
import { parseTemplate } from './parse-template.ts';
import { renderTemplate } from './render-template.ts';

const VMS = [
  { name: 'web', cpu: 4, metadata: { 'a.b': 'x', tier: 'web' }, disks: [1, 2, 3], node: null },
  { name: 'db', cpu: 16, metadata: {}, disks: [], node: 'n1' },
];

function write(template: string, value: unknown = VMS): string {
  const parsed = parseTemplate(template);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return renderTemplate(parsed.value, value);
}

describe('a template', () => {
  test.each([
    ['{.items[*].name}', 'web db'],
    ['{.items..name}', 'web db'],
    ['{$.items[0].name}', 'web'],
    ['{[1].name}', 'db'],
    ['.items[*].name', 'web db'],
    ['items[-1].name', 'db'],
    ['{.items[0].disks[0:2]}', '1 2'],
    ['{.items[0].disks[::2]}', '1 3'],
    ['{.items[0].disks[0,2]}', '1 3'],
    ['{.items[0].disks[-2:]}', '2 3'],
    ['{.items[0].disks}', '[1,2,3]'],
    ["{.items[0]['name','cpu']}", 'web 4'],
    ["{.items[0].metadata['a.b']}", 'x'],
    ['{.items[0].metadata.a\\.b}', 'x'],
    ['{.items..a\\.b}', 'x'],
    ['{.items[0].metadata.*}', 'x web'],
    ["{.items[?(@.name=='db')].cpu}", '16'],
    ['{.items[?(@.name != "db")].cpu}', '4'],
    ['{.items[?(@.cpu>=16)].name}', 'db'],
    ['{.items[?(@.cpu<16)].name}', 'web'],
    ['{.items[?(@.cpu<"16")].name}', ''],
    ['{.items[?(@.metadata.tier)].name}', 'web'],
    ['{.items[?(@.node==null)].name}', 'web'],
    ['{.items[?@.cpu>4 && @.node].name}', 'db'],
    ['{.items[?(@.cpu > $.items[0].cpu)].name}', 'db'],
    ['{.items[*].absent}', ''],
    ['{.items[7].name}', ''],
    ['{.items[0].node}', ''],
    ['names: {.items[*].name}!', 'names: web db!'],
    ['{range .items[*]}{.name}{"\\t"}{.cpu}{"\\n"}{end}', 'web\t4\ndb\t16\n'],
    ['{range .items[*]}{range .disks[*]}{@}{","}{end}{end}', '1,2,3,'],
    ['{range .items[*]}{.name} of {$.items[0].name};{end}', 'web of web;db of web;'],
    ['{"it\'s {here}"}', "it's {here}"],
  ])('%s writes %j', (template, text) => {
    expect(write(template)).toBe(text);
  });

  test('of one resource begins at that resource', () => {
    const incident = { items: ['a'], target: { name: 'node-03' } };
    expect(write('{.target.name} {.items[0]} {@.items}', incident)).toBe('node-03 a ["a"]');
    expect(write('{.}', { a: 1 })).toBe('{"a":1}');
  });
});

describe('a fault', () => {
  test.each([
    ['{.items[0}', 9, 'unclosed bracketed selection'],
    ['{.items[*].}', 11, 'expected a name after the dot'],
    ['{.items..}', 9, 'expected a name after the dot'],
    ['{.items', 0, 'the { has no }; texts in quotes need both quotes'],
    ['{"a}', 0, 'the { has no }; texts in quotes need both quotes'],
    ['{range .items[*]}{.name}', 24, 'the range has no {end}'],
    ['{.a}{end}', 4, '{end} without {range}'],
    ['{}', 1, 'expected a path, such as .items[*].name'],
    ['{.a[x]}', 4, "unexpected token 'x' in bracketed selection"],
    ['{.a\\.b[x]}', 7, "unexpected token 'x' in bracketed selection"],
    ['{.a[0,]}', 6, 'unexpected trailing comma'],
    ['{.a[?(@.b=x)]}', 9, "unexpected filter selector token '='"],
    ['{.a[?(@.b==1]}', 12, 'unbalanced brackets'],
    ['.a b', 3, "expected '.', '..' or a bracketed selection, found 'b'"],
    ['{ a [x] }', 5, "unexpected token 'x' in bracketed selection"],
  ])('in %s is found at %i: %s', (template, at, message) => {
    expect(parseTemplate(template)).toEqual({ ok: false, error: { at, message } });
  });

  test('is that ranges stand too deep inside each other', () => {
    const deep = `${'{range .a[*]}'.repeat(17)}${'{end}'.repeat(17)}`;
    expect(parseTemplate(deep)).toMatchObject({
      ok: false,
      error: { message: 'more than 16 ranges inside each other' },
    });
  });
});
