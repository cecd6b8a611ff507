import { describe, expect, test } from '@jest/globals';
import { compileRego } from '../compile-rego.ts';

const NUMBER = { type: ['number', 'null'] };
const INPUT = {
  title: 'question',
  type: 'object',
  additionalProperties: false,
  properties: {
    action: { enum: ['create_vm', 'update_vm', 'create_volume', 'read'] },
    role: { type: 'string' },
    resource: { anyOf: [{ $ref: '#/definitions/vm' }, { $ref: '#/definitions/volume' }] },
    before: { anyOf: [{ $ref: '#/definitions/vm' }, { type: 'null' }] },
  },
  definitions: {
    vm: {
      title: 'vm',
      type: 'object',
      additionalProperties: false,
      properties: {
        type: { enum: ['vm'] },
        memory_gb: NUMBER,
        power: { enum: ['running', 'stopped', null] },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        rules: {
          type: 'array',
          items: { type: 'object', additionalProperties: false, properties: { port: NUMBER } },
        },
      },
    },
    volume: {
      title: 'volume',
      type: 'object',
      additionalProperties: false,
      properties: { type: { enum: ['volume'] }, size_gb: NUMBER },
    },
  },
};

type Mismatches = 'problems' | 'warnings';

function compile(text: string, mismatches: Mismatches = 'problems') {
  const input = { schema: INPUT, mismatches };
  return compileRego({ modules: { 'a.rego': text }, entrypoints: ['a'], input });
}

/** Returns the mismatches, by row. */
function mismatchesOf(text: string, mismatches?: Mismatches): readonly string[] {
  const compiled = compile(text, mismatches);
  const found = compiled.ok ? compiled.value.warnings : compiled.error;
  return found.map(({ code, row, column, message }) => `${row}:${column} ${code} ${message}`);
}

/** The input where each action has its own kind; fields of a VM are always there. */
function schemaOf(_custom: object, { action }: Readonly<Record<string, readonly string[]>>) {
  const kinds = ['vm', 'volume'].filter((kind) => action?.some((name) => name.endsWith(kind)));
  const { definitions } = INPUT;
  const always = { required: ['type', 'memory_gb', 'power', 'labels', 'rules', 'tpm'] };
  const tpm = { type: ['boolean', 'null'] };
  const properties = { ...definitions.vm.properties, tpm };
  const anyOf = (kinds.length > 0 ? kinds : ['vm', 'volume']).map((kind) => ({
    $ref: `#/definitions/${kind}`,
  }));
  return {
    ...INPUT,
    required: ['action', 'role', 'resource', 'before'],
    properties: { ...INPUT.properties, resource: { anyOf } },
    definitions: { ...definitions, vm: { ...definitions.vm, ...always, properties } },
  };
}

/** Returns the findings about a rule for creates of VMs, warnings after problems. */
function findingsAbout(body: string, { head = 'p', rest = '' } = {}): readonly string[] {
  const text = `${PACKAGE}${head} if { input.action == "create_vm"; ${body} }\n${rest}`;
  const input = { schema: schemaOf, mismatches: 'problems' } as const;
  const compiled = compileRego({ modules: { 'a.rego': text }, entrypoints: ['a'], input });
  const found = compiled.ok ? compiled.value.warnings : compiled.error;
  return found.map(({ message }) => `${compiled.ok ? 'warning: ' : ''}${message}`);
}

const PACKAGE = 'package a\n\n';
const DEFINED = `
writes := {"create_vm", "updat_vm"}

limits := {"create_vm": 1, "updat_vm": 2}

limit("crate_vm") := 1

strange := {"ann", "create_vm"}

vm := input.resource

names := {"ann", "crate_vm"}
`;

describe('what does not fit the input is found at its place', () => {
  test.each([
    [
      'input.resource.memory_bg > 64',
      'input.resource.memory_bg is never defined; did you mean input.resource.memory_gb?',
    ],
    ['not input.resource.memory_bg', 'did you mean input.resource.memory_gb?'],
    ['vm.memory_bg', 'vm.memory_bg is never defined; did you mean'],
    ['x := input.resource; x.memory_bg', 'x.memory_bg is never defined'],
    ['input.rol == "x"', 'input.rol is never defined; did you mean input.role?'],
    [
      'input.resource.rules[_].prt',
      'prt is never defined; did you mean input.resource.rules[_].port?',
    ],
    [
      'input.resource.owner',
      'input.resource.owner is never defined: input.resource is of type vm or volume, it has',
    ],
    ['input.action == "crate_vm"', 'input.action is never "crate_vm"; did you mean "create_vm"?'],
    ['"crate_vm" == input.action', 'input.action is never "crate_vm"'],
    ['input.action != "crate_vm"', 'input.action is never "crate_vm"'],
    ['x := input.action == "crate_vm"; x', 'input.action is never "crate_vm"'],
    [
      'input.action == "destroy"',
      'input.action is never "destroy": it is one of "create_vm", "create_volume", "read"',
    ],
    ['input.action in {"crate_vm", "update_vm"}', 'input.action is never "crate_vm"'],
    ['input.action in ["create_vm", "destroy"]', 'input.action is never "destroy"'],
    [
      'some action in ["create_vm", "crate_vm"]; input.action == action',
      'input.action is never "crate_vm"',
    ],
    ['input.action in writes', 'input.action is never "updat_vm"; did you mean "update_vm"?'],
    ['writes[input.action]', 'input.action is never "updat_vm"'],
    ['limits[input.action] == 1', 'input.action is never "updat_vm"'],
    ['limit(input.action) == 1', 'input.action is never "crate_vm"'],
    ['input.resource.type == "vmm"', 'input.resource.type is never "vmm"; did you mean "vm"?'],
    [
      'input.before.power == "runing"',
      'input.before.power is never "runing"; did you mean "running"?',
    ],
    ['input.resource.memory_gb == "8"', 'null or number on the left, string on the right'],
  ])('%s', (body, message) => {
    const found = mismatchesOf(`${PACKAGE}p if { ${body} }\n${DEFINED}`);
    expect(found).toEqual([expect.stringMatching(/^3:\d+ input-mismatch /)]);
    expect(found.join()).toContain(message);
  });
});

describe('what may fit is no mistake', () => {
  test.each([
    'input.action == "create_vm"',
    'input.action in {"create_vm", "update_vm"}',
    'input.action in strange',
    'startswith(input.action, "crate_")',
    'concat("_", ["crate", "vm"]) == input.action',
    'input.role == "anything"',
    'input.resource.labels.teir == "web"',
    'input.resource.labels["a/b"]',
    'input.resource.memory_gb == null',
    'input.before == null',
    'object.get(input, ["resource", "memory_bg"], 0) > 1',
    'some key, value in input.resource; key == "memory_bg"; value > 1',
    'input.resource[data.fields[_]] == 1',
    'key := data.field; input.resource[key] == 1',
    'input.action == data.actions[_]',
    'x := "crate_vm"; y := "create_vm"; x != y',
    'vm.memory_bg with input as {"resource": {"memory_bg": 1}}',
    'input.role in names',
    'input.resource.size_gb > input.resource.memory_gb',
  ])('%s', (body) => {
    expect(mismatchesOf(`${PACKAGE}p if { ${body} }\n${DEFINED}`)).toEqual([]);
  });

  test('an annotation goes before the input, for all that it is about', () => {
    const rule = 'p if input.resource.memory_bg > 1\n';
    const annotated = (lines: string) => `${lines}package a\n\n${rule}`;
    const schemas = '# METADATA\n# schemas:\n#   - input: ';
    expect(mismatchesOf(annotated(`${schemas}{type: object}\n`))).toEqual([]);
    // It names a schema that is not given here.
    expect(mismatchesOf(annotated(`${schemas}schema.request\n`))).toEqual([]);
    const typed = '# METADATA\n# schemas:\n#   - input.resource.memory_bg: {type: number}\n';
    expect(mismatchesOf(`${PACKAGE}${typed}${rule}`)).toEqual([]);
    expect(mismatchesOf(`${PACKAGE}${typed}q if input.role\n\n${rule}`)).toHaveLength(1);
  });
});

describe('a condition that the schema decides is found', () => {
  test.each([
    ['not input.resource.power', 'never holds: input.resource.power is always set, and null if'],
    ['not input.resource.labels', 'Write `count(input.resource.labels) == 0`.'],
    ['not input.resource.rules', 'Write `count(input.resource.rules) == 0`.'],
    ['input.resource.labels == null', 'labels is never null: it is empty if it is not given.'],
    ['input.resource.rules != null', 'Write `count(input.resource.rules) == 0`.'],
    ['not input.before', 'Write `input.before == null`.'],
    ['vm := input.resource; not vm.power', 'Write `vm.power == null`.'],
    ['input.resource.power', 'always holds: input.resource.power is always set'],
    ['input.resource.rules', 'Write `count(input.resource.rules) > 0`.'],
    ['count(input.resource.labels.team) == 0', 'Write `not input.resource.labels.team`.'],
    ['count(input.resource.labels.team) < 1', 'Write `not input.resource.labels.team`.'],
    ['input.resource.memory_gb > "1"', 'This comparison never holds, whatever the values are'],
    ['input.resource.memory_gb <= "1"', 'This comparison always holds, whatever the values are'],
    ['input.resource.size_gb > 1', 'input.resource.size_gb is never defined'],
    ['not input.resource.size_gb', 'input.resource.size_gb is never defined'],
  ])('%s', (body, message) => {
    expect(findingsAbout(body)).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    'not input.resource.tpm',
    'input.resource.tpm',
    'not input.resource.labels.team',
    'input.resource.labels.team',
    'not input.resource.rules[0]',
    'not input.resource.power == "running"',
    'input.resource.power != null',
    'count(input.resource.labels) == 0',
    'count(input.resource.labels.team) > 0',
    'input.resource.memory_gb > 1',
    'to_number(input.resource.labels.limit) > 1',
    'input.resource.memory_gb > data.limit',
    'not input.resource.power with input as {}',
  ])('%s may hold or not', (body) => {
    expect(findingsAbout(body)).toEqual([]);
  });
});

describe('a message that may be undefined is a warning', () => {
  const head = 'deny contains msg';
  const message = 'msg := sprintf("%v", [input.resource.labels.team])';
  const WARNING =
    /^warning: If input\.resource\.labels\.team is missing, this message is undefined/;

  test.each([
    ['a variable', head, message],
    ['the head', 'deny contains sprintf("%v", [input.resource.labels.team])', 'true'],
    ['an object', 'deny contains {"msg": sprintf("%v", [input.resource.labels.team])}', 'true'],
  ])('in %s', (_where, ownHead, body) => {
    const found = findingsAbout(body, { head: ownHead });
    expect(found).toEqual([expect.stringMatching(WARNING)]);
  });

  test('below a part that may be null', () => {
    const below = 'msg := sprintf("%v", [input.before.memory_gb])';
    expect(findingsAbout(below, { head })).toEqual([
      expect.stringMatching(/^warning: If input\.before is null, input\.before\.memory_gb is/),
    ]);
    expect(findingsAbout(`input.before != null; ${below}`, { head })).toEqual([]);
  });

  test.each([
    ['the rule needs the value', `input.resource.labels.team != "x"; ${message}`],
    ['a rule that it uses does', `owned; ${message}`],
    ['the value has a default', 'msg := sprintf("%v", [object.get(input, "team", "-")])'],
    ['the value is always there', 'msg := sprintf("%v", [input.resource.power])'],
  ])('unless %s', (_why, body) => {
    expect(findingsAbout(body, { head, rest: '\nowned if input.resource.labels.team\n' })).toEqual(
      [],
    );
  });
});

describe('an author says that names may be of a later release', () => {
  const WARN = '# METADATA\n# custom:\n#   unknown_input: warn\n';
  const RULE = 'p if input.resource.memory_bg > 1\n';

  test('for a package, or for one rule', () => {
    const whole = compile(`${WARN}package a\n\n${RULE}`);
    expect(whole.ok && whole.value.warnings).toMatchObject([{ code: 'input-mismatch', row: 6 }]);
    const one = compile(`${PACKAGE}${WARN}${RULE}\nq if input.rol\n`);
    expect(one.ok ? [] : one.error).toMatchObject([{ row: 8 }]);
  });

  test('and the caller may say so for all', () => {
    const compiled = compile(`${PACKAGE}${RULE}`, 'warnings');
    expect(compiled.ok && compiled.value.warnings).toMatchObject([{ row: 3, column: 6 }]);
  });

  test('which excuses no other mistake', () => {
    expect(mismatchesOf(`${WARN}package a\n\np if 1 == "a"\n`)).toEqual([
      expect.stringContaining('type-error'),
    ]);
  });
});

test('a text whose types are not checked is compiled without looking at its input', () => {
  const modules = { 'a.rego': `${PACKAGE}p if input.resource.memory_bg > 1\n` };
  const input = { schema: INPUT, mismatches: 'problems' } as const;
  const compiled = compileRego({ modules, entrypoints: ['a'], types: 'unchecked', input });
  expect(compiled.ok && compiled.value.warnings).toEqual([]);
});
