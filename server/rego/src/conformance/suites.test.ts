// Directories of policies with tests, as public repositories have them.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { reportSuites, SUITES_FLOOR } from './report-suites.ts';

let folder = '';

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Reports on the suites of some files. */
function report(files: Readonly<Record<string, string>>) {
  folder = mkdtempSync(join(tmpdir(), 'novacron-suites-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  let output = '';
  const request = {
    folder,
    regoVersion: 'auto',
    floor: SUITES_FLOOR,
    onProgress: () => {},
  } as const;
  const isEnough = reportSuites(request, (text) => {
    output += text;
  });
  return { isEnough, lines: output.split('\n').filter(Boolean) };
}

const POLICY = 'package p\nimport rego.v1\nallow if input.role in data.roles\n';
const TEST =
  'package p_test\nimport rego.v1\nimport data.p\n' +
  'test_allow if p.allow with input as {"role": "admin"}\n';

describe('a directory of suites', () => {
  test('is one suite with the documents of its folders where all of it passes', () => {
    const files = { 'a/p.rego': POLICY, 'a/p_test.rego': TEST, 'roles/data.json': '["admin"]' };
    expect(report(files)).toEqual({
      isEnough: true,
      lines: [
        '.: files 2/2, tests 1/1',
        '1 suites: files 2/2 compile (100.00 %), 0 excluded (0.00 %); ' +
          'tests 1/1 pass (100.00 %), 0 excluded (0.00 %)',
      ],
    });
  });

  test('with a test that fails names the line, and is not enough', () => {
    const { isEnough, lines } = report({ 'p.rego': POLICY, 'p_test.rego': TEST });
    expect(isEnough).toBe(false);
    expect(lines[1]).toBe('  failed: data.p_test.test_allow (p_test.rego): row 4 does not hold');
    expect(lines.at(-1)).toBe('0.00 % of the tests pass, the floor is 99 %.');
  });

  test('reads version 0 and version 1 side by side', () => {
    const { isEnough } = report({
      'old/p.rego': 'package old\nallow { input.x }\ntest_allow { allow with input as {"x": 1} }\n',
      'new/p.rego':
        'package new\nallow if input.x\ntest_allow if { allow with input as {"x": 1} }\n',
    });
    expect(isEnough).toBe(true);
  });

  test('has a suite for each folder where two have a test of the same name', () => {
    const suite = (name: string) =>
      `package p\nimport rego.v1\nname := "${name}"\ntest_name if name == "${name}"\n`;
    const { isEnough, lines } = report({ 'a/p.rego': suite('a'), 'b/p.rego': suite('b') });
    expect(lines.slice(0, 2)).toEqual(['a: files 1/1, tests 1/1', 'b: files 1/1, tests 1/1']);
    expect(isEnough).toBe(true);
  });

  test('has a suite for each policy with its test where they contradict each other', () => {
    const policy = (name: string) => `package p\nimport rego.v1\nname := "${name}"\n`;
    const check = (name: string) =>
      `package ${name}_test\nimport rego.v1\nimport data.p\ntest_it if p.name == "${name}"\n`;
    const { isEnough, lines } = report({
      'a.rego': policy('a'),
      'a_test.rego': check('a'),
      'b.rego': policy('b'),
      'b_test.rego': check('b'),
    });
    expect(lines.slice(0, 2)).toEqual([
      'a.rego: files 2/2, tests 1/1',
      'b.rego: files 2/2, tests 1/1',
    ]);
    expect(isEnough).toBe(true);
  });

  test('borrows the library that the suites of two folders refer to', () => {
    const suite = (name: string) =>
      'package p\nimport rego.v1\nimport data.lib\n' +
      `name := lib.upper("${name}")\ntest_name if name == "${name.toUpperCase()}"\n`;
    const lib =
      'package lib\nimport rego.v1\nupper(x) := upper_case(x)\nupper_case(x) := y if {\n' +
      '\ty := concat("", [x, "!"])\n}\n';
    const files = { 'lib/lib.rego': lib, 'a/p.rego': suite('a'), 'b/p.rego': suite('b') };
    const { lines } = report(files);
    expect(lines[0]).toBe('a: files 1/1, tests 0/1');
    expect(lines).toContain('  failed: data.p.test_name (a/p.rego): row 5 does not hold');
    expect(lines).toContain('lib: files 1/1, tests 0/0');
  });

  test('excludes a test that comes to a refused builtin, and says why', () => {
    const text =
      'package p\nimport rego.v1\nfetched := http.send({"method": "get", "url": "x"})\n' +
      'test_it if fetched\ntest_other if true\n';
    const { isEnough, lines } = report({ 'p.rego': text });
    expect(lines[0]).toBe('.: files 1/1, tests 1/1, excluded 0 and 1');
    expect(lines[1]).toContain('excluded data.p.test_it: The builtin http.send is refused');
    expect(lines.at(-1)).toBe('50.00 % are excluded, at most 1 % may be.');
    expect(isEnough).toBe(false);
  });

  test('excludes a file that calls what OPA does not have, and not one that misspells it', () => {
    const text = (name: string) => `package ${name}\nimport rego.v1\nx := ${name}.call(1)\n`;
    const { lines } = report({ 'a.rego': text('acme'), 'b.rego': text('json') });
    expect(lines).toContain(
      '  excluded a.rego: 3:6 There is no builtin acme.call. ' +
        'Define it as a rule, or use another builtin.',
    );
    expect(lines.find((line) => line.startsWith('  does not compile: b.rego:3:6'))).toBeDefined();
  });

  test('is held against its recorded results and its list of exclusions', () => {
    const { isEnough, lines } = report({
      'p.rego':
        'package p\nimport rego.v1\ntest_fails if false\ntest_clock if false\ntest_holds if true\n',
      'results.json': JSON.stringify([
        { package: 'data.p', name: 'test_fails', fail: true },
        { package: 'data.p', name: 'test_holds' },
      ]),
      'excluded.json': JSON.stringify({ 'data.p.test_clock': 'it depends on the time' }),
    });
    expect(lines).toContain('.: files 1/1, tests 2/2, excluded 0 and 1');
    expect(lines).toContain('  excluded data.p.test_clock: it depends on the time');
    expect(isEnough).toBe(false);
  });
});
