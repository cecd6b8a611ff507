import { expect, test } from '@jest/globals';
import { checkFork } from './check-fork.ts';

const check = (text: string, path = 'web/main.tf') => {
  const checked = checkFork([
    { path, kind: 'file', content: Buffer.from(text) },
    { path: 'modules/vm/main.tf', kind: 'file', content: Buffer.from('') },
  ]);
  return checked.ok ? 'accepted' : checked.error.reason;
};

test.each([
  ['x = file("/proc/self/environ")', 'reads files'],
  ['x = filebase64 ("a")', 'reads files'],
  ['x = core::fileset(".", "*")', 'reads files'],
  ['x = file # (\n(\n"a")', 'reads files'],
  ['x = templatestring(local.y, {})', 'reads files'],
  ['provider "novacron" {\n  endpoint = "https://x.example"\n}', 'sets an endpoint'],
  ['data "terraform_remote_state" "x" {}', 'reads another state'],
  ['data "terraform_remote_\\u0073tate" "x" {}', 'has an escaped character'],
  ['terraform {\n  encryption {\n    key_provider "external" "x" {}', 'has a key provider'],
  ['module "x" {\n  source = "../../../../tmp/x/evil"\n}', 'has the source ../../../../tmp/x/evil'],
  ['module "x" { source = "../modules/other" }', 'has the source ../modules/other'],
  ['module "x" {\n  source/* */= "git::https://x.example"\n}', 'has the source git::https'],
  ['module "x" {\n  source = "hashicorp/consul/aws"\n}', 'has the source hashicorp/consul/aws'],
  ['module "x" {\n  source = ("../modules/vm")\n}', 'has the source of an expression'],
  ['module "x" {\n  source = "." == "" ? "" : "/x"\n}', 'has the source of an expression'],
  [`module "x" {\n  source = "../modules/vm$\{"/../y"}"\n}`, 'has the source of an expression'],
])('%j is refused', (text, what) => {
  expect(check(`# 1\n${text}`)).toMatch(new RegExp(`^web/main\\.tf:\\d ${what}`));
});

test('JSON is refused, and so are templates that read files', () => {
  expect(check('{}', 'web/main.tf.json')).toContain('web/main.tf.json is JSON');
  const template = '%{ if true }file("/etc/passwd")';
  expect(check(template, 'web/user.tftpl')).toMatch(/^web\/user\.tftpl:1 reads files/);
});

test('a link is refused: Terraform reads its target under the name of the link', () => {
  const content = Buffer.from('../d/payload.txt');
  const checked = checkFork([{ path: 'web/x.tf', kind: 'link', content }]);
  expect(checked).toMatchObject({
    error: { reason: expect.stringContaining('web/x.tf is a sym') },
  });
});

test('modules of the repository and the own provider are accepted', () => {
  const provider = 'novacron = { source = "novacron/novacron", version = "1" }';
  expect(check(`module "x" { source = "../modules/vm" }\n${provider}`)).toBe('accepted');
});

test('words that only look similar are accepted', () => {
  expect(check('x = profile\ny = { file = "a" }\n# a file\n')).toBe('accepted');
});
