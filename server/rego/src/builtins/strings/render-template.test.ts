import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluateRego } from '../../evaluate-query.ts';
import { makeObject } from '../../values/rego-value.ts';
import { BuiltinFailure } from '../host/host-builtin.ts';
import { renderTemplate } from './render-template.ts';

function render(template: string, values: unknown = {}): unknown {
  const query = 'x := strings.render_template(input.template, input.values)';
  const result = evaluateRego({
    modules: {},
    query,
    input: { template, values },
    builtinErrors: 'fail',
  });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value[0]?.x;
}

const NUMBERS = 'true numbers of the data are texts';
const VM = {
  name: 'web-01',
  cores: 4,
  none: 0,
  on: true,
  off: false,
  tags: ['a', 'b'],
  net: { ip: '::1' },
};

describe('a template', () => {
  test.each([
    ['plain text', 'plain text'],
    ['{{.constructor.name}}', '<undefined>'],
    ['{{.name}} has {{ .cores }} cores', 'web-01 has 4 cores'],
    ['{{.net.ip}} {{$.net.ip}} {{(index .tags 1)}}', '::1 ::1 b'],
    ['{{.tags}} {{.net}} {{.on}}', '[a b] map[ip:::1] true'],
    ['{{.nothing}}|{{.nothing.at.all}}', '<undefined>|<undefined>'],
    ['a  {{- " b " -}}  c {{/* not reported */}}d', 'a b c d'],
    ['{{if .on}}on{{else}}off{{end}}', 'on'],
    ['{{if .off}}1{{else if eq .name "web-01"}}2{{else}}3{{end}}', '2'],
    ['{{range .tags}}<{{.}}>{{end}}', '<a><b>'],
    ['{{range $i, $tag := .tags}}{{$i}}={{$tag}} {{end}}', '0=a 1=b '],
    ['{{range $key, $value := .net}}{{$key}}={{$value}}{{end}}', 'ip=::1'],
    ['{{range .nothing}}x{{else}}none{{end}}', 'none'],
    ['{{range .tags}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}', 'a'],
    ['{{range 3}}{{if eq . 1}}{{continue}}{{end}}{{.}}{{end}}', '02'],
    ['{{with .net}}{{.ip}}{{end}}{{with .nothing}}x{{else with .name}}{{.}}{{end}}', '::1web-01'],
    ['{{$x := .name}}{{if .on}}{{$x = "y"}}{{$x := "z"}}{{end}}{{$x}}', 'y'],
    ['{{.name | printf "%s-%03d-%s" "vm" 7 | len}}', '13'],
    ['{{printf "%q %v" .name 5 | print "it is: "}}', 'it is: "web-01" 5'],
    ['{{print 1 2 "a" 3}}{{println "b"}}', '1 2a3b\n'],
    ['{{and .on .name}} {{or .off .name}} {{not .off}}', 'web-01 web-01 true'],
    ['{{and .off (index .tags 9)}}', 'false'],
    ['{{eq .name "x" "web-01"}} {{ne 1 2}} {{lt 1 2}} {{ge "b" "a"}}', 'true true true true'],
    ['{{eq .cores "4"}} {{if .none}}numbers of the data are texts{{end}}', NUMBERS],
    ['{{len .tags}} {{len "é"}} {{slice .name 4}} {{slice .name 0 3}}', '2 2 01 web'],
    [
      '{{html "<a b=\'c\'>"}} {{js "it\'s"}} {{urlquery "a b&c"}}',
      "&lt;a b=&#39;c&#39;&gt; it\\'s a+b%26c",
    ],
    ['{{"a\\tb\\u00e9"}}{{`raw\\n`}}{{true}}{{1.5}}', 'a\tbéraw\\ntrue1.5'],
  ])('%s shows %j', (template, text) => {
    expect(render(template, VM)).toBe(text);
  });

  test.each([
    ['{{', 'unclosed action'],
    ['{{}}', 'missing value for an action'],
    ['{{end}}', 'unexpected {{end}}'],
    ['{{if .on}}', 'unexpected EOF'],
    ['{{if .on}}{{else}}{{else}}{{end}}', 'unexpected {{else}}'],
    ['{{.name .on}}', 'cannot give an argument to something that is not a function'],
    ['{{nope .on}}', 'function "nope" not defined'],
    ['{{$x}}', 'undefined variable "$x"'],
    ['{{.name.first}}', "can't evaluate field first"],
    ['{{index .tags 2}}', 'index out of range: 2'],
    ['{{index .tags .cores}}', 'index out of range: 4'],
    ['{{range .on}}{{end}}', 'range cannot iterate over true'],
    ['{{eq .name 1}}', 'incompatible types for comparison'],
    ['{{eq .tags .tags}}', 'lists and maps cannot be compared'],
    ['{{(len .tags}}', 'an action ends too early'],
    ['{{.name ]}}', 'unexpected " ]" in an action'],
    ['{{1.2.3}}', 'bad number "1.2.3"'],
    ['{{constructor}}', 'function "constructor" not defined'],
    ['{{define "x"}}{{end}}', '{{define}} is not supported'],
  ])('%s has no result: %s', (template, message) => {
    expect(() => render(template, VM)).toThrow(message);
  });

  test.each([
    ['shows more than 1000000', '{{range 1100}}{{range 1100}}{{end}}{{end}}'],
    ['more than 1000000 rounds', '{{range 2000000}}{{end}}'],
    ['levels of actions', '{{if .on}}'.repeat(200)],
    ['levels', `{{${'('.repeat(200)}}}`],
  ])('that is made to cost is stopped: %s', (message, template) => {
    expect(() => render(template, VM)).toThrow(message);
  });
});

test('property: whatever the text, it is shown or has no result', () => {
  const part = fc.constantFrom(
    '{{',
    '}}',
    '-',
    ' ',
    '.a',
    '$x',
    ':=',
    '|',
    '(',
    ')',
    '"b"',
    '1',
    'if',
    'range',
    'else',
    'end',
    'with',
    'index',
    'len',
    'x',
    ',',
    '=',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
      try {
        expect(typeof renderTemplate(parts.join(''), makeObject([['a', [1, 'b']]]))).toBe('string');
      } catch (cause) {
        expect(cause).toBeInstanceOf(BuiltinFailure);
      }
    }),
  );
});

test('array.flatten takes lists apart, one level deep', () => {
  const query = 'x := array.flatten([1, [2, [3]], {4}, []])';
  const result = evaluateRego({ modules: {}, query });
  expect(result).toEqual({ ok: true, value: [{ x: [1, 2, [3], [4]] }] });
});
