import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkPrograms } from './check-programs.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'novacron-programs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function check(name: string, text: string): string {
  mkdirSync(join(root, 'source', 'deep'), { recursive: true });
  writeFileSync(join(root, 'source', 'deep', name), text);
  const checked = checkPrograms([join(root, 'source'), join(root, 'modules')], root);
  return checked.ok ? 'fine' : checked.error.reason;
}

const REMOTE = (body: string) => `data "terraform_remote_state" "a" {\n${body}\n}\n`;

describe('programs of a configuration', () => {
  test.each([
    ['main.tf', 'resource "a" "b" {\n  provisioner "local-exec" {\n    command = "id"\n  }\n}'],
    ['main.tofu', 'resource "a" "b" {\n  provisioner local-exec {}\n}'],
    [
      'main.tf',
      'removed {\n  from = a.b\n  provisioner "local-exec" {\n    when = destroy\n  }\n}',
    ],
    ['main.tf.json', '{"resource":{"a":{"b":[{"provisioner":{"local-exec":{}}}]}}}'],
  ])('are found in %s: %s', (name, text) => {
    expect(check(name, text)).toBe(
      `source/deep/${name} has a provisioner that runs programs. The application does not allow ` +
        'that (programs).',
    );
  });

  test.each([
    ['main.tf', REMOTE('backend = "s3"'), 'backend "s3"'],
    ['main.tf', REMOTE('backend = var.b'), 'whose backend can'],
    [
      'main.tf',
      REMOTE('config = { backend = "http" }\n/* backend = "http" */'),
      'whose backend can',
    ],
    ['main.tf', 'data "terraform\\u005fremote_state" "a" {\n backend = "s3"\n}', 'escaped type'],
    ['main.tf.json', '{"data":{"terraform_remote_state":{"a":{"backend":"s3"}}}}', 'backend "s3"'],
    ['main.tf.json', '{"data":[{"terraform_remote_state":{"a":[{}]}}]}', 'backend "none"'],
  ])('include states of %s that are read through programs: %s', (name, text, words) => {
    expect(check(name, text)).toContain(words);
  });

  test.each([
    ['main.tf', REMOTE('backend = "http"\n  config = { address = "x" }')],
    ['main.tf', '# provisioner "local-exec" {}\nlocals {\n  provisioner = "x"\n}'],
    ['main.tf', 'locals {\n  text = <<EOT\nprovisioner "local-exec" {}\nEOT\n}'],
    ['main.tf', 'locals {\n  all = [for provisioner in var.list : provisioner]\n}'],
    ['main.tf.json', '{"data":{"terraform_remote_state":{"a":{"backend":"http"}}}}'],
    ['main.tf.json', '{'],
    ['notes.md', 'provisioner "local-exec" {}'],
  ])('are not seen where there are none, in %s: %s', (name, text) => {
    expect(check(name, text)).toBe('fine');
  });
});
