import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findExample } from './find-example.ts';
import { readSources } from './read-sources.ts';
import { renderMocks } from './render-mocks.ts';
import { renderPages } from './render-pages.ts';

const TOP_LEVEL = join(import.meta.dirname, '../../..');
const FOLDER = join(TOP_LEVEL, 'docs/provider');

const sources = readSources(TOP_LEVEL);
const pages = renderPages(sources);

describe('the documentation of the provider', () => {
  test.each(Object.keys(pages))('%s in docs is up to date; if not, run make generate', (path) => {
    expect(readFileSync(join(FOLDER, path), 'utf8')).toBe(pages[path]);
  });

  test('has no page that is about nothing', () => {
    const found = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(FOLDER.length + 1))
      .filter((path) => !path.startsWith('guides/'));
    expect(found.sort()).toEqual(Object.keys(pages).sort());
  });

  test('names every guide on its first page', () => {
    for (const path of Object.keys(sources.guides)) expect(pages['index.md']).toContain(path);
    expect(Object.keys(sources.guides)).toContain('guides/pinning.md');
  });

  test('says of every argument of every resource what a change of it does', () => {
    const silent = Object.entries(sources.provider.resources).flatMap(([type, { schema }]) =>
      Object.entries(schema.attributes)
        .filter(([, { required, optional }]) => required || optional)
        .filter(([, { description }]) => !/ is (live|a restart|a replacement)\b/.test(description))
        .map(([name]) => `${type}.${name}`),
    );
    expect(silent).toEqual([]);
  });

  test('shows what a type, a function and a nested attribute need', () => {
    expect(pages['resources/vm.md']).toContain(
      '- `disk_gb` (Number) Size of the root disk. It can grow; a smaller size replaces the VM. ' +
        'Unit: GB. Default: the value of the template. Growing is live if the ' +
        'hypervisor supports it, otherwise a restart; shrinking is a replacement that loses data.',
    );
    expect(pages['functions/plan_subnets.md']).toContain('plan_subnets(');
    expect(pages['data-sources/drift_report.md']).toContain('### Nested in records.fields');
    expect(pages['index.md']).toContain('- `api_key` (String, Sensitive) API key.');
  });
});

describe('the mocks', () => {
  const mocks = renderMocks(sources.provider);

  test('are up to date; if not, run make generate', () => {
    expect(readFileSync(join(TOP_LEVEL, 'provider/mocks/novacron.tfmock.hcl'), 'utf8')).toBe(mocks);
  });

  test('have an id for each resource and for whatever can be looked up', () => {
    const types = [...mocks.matchAll(/^mock_resource "(\w+)" \{\n.*\n +id += "[a-z]+_01jd/gm)];
    expect(types.map(([, type]) => type)).toEqual(Object.keys(sources.provider.resources));
    expect(mocks).toContain('mock_data "novacron_node" {\n  defaults = {\n    id = "node_01jd');
  });

  test('say that things are all right', () => {
    expect(mocks).toMatch(/^ {4}status += "running"$/m);
    expect(mocks).not.toContain('status_reason');
  });
});

describe('an example of a page', () => {
  const examples = new Map([
    [
      'all',
      '# Sees.\ndata "a" "x" {\n  b = 1\n}\n\n# Else.\ndata "c" "y" {}\n\nresource "a" "z" {}\n',
    ],
    ['c', 'data "c" "own" {\n}\n'],
  ]);

  test('is the folder that is named after it', () => {
    expect(findExample(examples, { folder: 'c', needle: 'data "c"' })).toBe('data "c" "own" {\n}');
  });

  test('is else every block about it, with its comment', () => {
    const blocks = findExample(examples, { folder: 'a', needle: 'data "a"' });
    expect(blocks).toBe('# Sees.\ndata "a" "x" {\n  b = 1\n}');
    expect(findExample(examples, { folder: 'a', needle: 'resource "a"' })).toBe(
      'resource "a" "z" {}',
    );
  });

  test('is asked for where there is none', () => {
    expect(() => findExample(examples, { folder: 'd', needle: 'data "d"' })).toThrow(
      'no example contains data "d": add examples/terraform/d/main.tf',
    );
  });
});
