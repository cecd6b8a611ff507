/** The file of the endpoint that drafts runbooks. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readAiEndpoint } from './read-ai-endpoint.ts';

const GUIDE = join(__dirname, '../../../../docs/how-to/draft-a-runbook.md');

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-ai-'));
  file = join(directory, 'ai.yaml');
});

afterEach(() => rmSync(directory, { recursive: true }));

function faultsOf(text: string): string {
  writeFileSync(file, text);
  const read = readAiEndpoint(file);
  return read.ok ? 'nothing' : read.error.join('\n');
}

test('is read as the guide shows it', () => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(GUIDE, 'utf8')) ?? [];
  writeFileSync(join(directory, 'models-ca.pem'), 'CERTIFICATE\n');
  writeFileSync(file, text);
  expect(readAiEndpoint(file)).toEqual({
    ok: true,
    value: {
      url: 'https://models.example.com/v1',
      model: 'small-1',
      keyFile: join(directory, 'model.key'),
      ca: 'CERTIFICATE\n',
      timeoutMs: 60_000,
    },
  });
});

test('needs no key on this machine, and has a minute by default', () => {
  writeFileSync(file, 'url: http://127.0.0.1:11434/v1/\nmodel: small-1\n');
  expect(readAiEndpoint(file)).toEqual({
    ok: true,
    value: {
      url: 'http://127.0.0.1:11434/v1',
      model: 'small-1',
      keyFile: undefined,
      ca: undefined,
      timeoutMs: 60_000,
    },
  });
});

describe('names what is wrong', () => {
  test.each([
    ['url: http://models.example.com/v1\nmodel: m\n', 'url: must be https://HOST/PATH'],
    ['url: https://user:pass@models.example.com/\nmodel: m\n', 'url: must be https://HOST/PATH'],
    ['url: https://models.example.com/\n', 'model: '],
    ['url: https://models.example.com/\nmodel: m\ntimeout: 10m\n', 'timeout: must be a duration'],
    ['url: https://models.example.com/\nmodel: m\nkey: sk-1\n', 'key'],
    ['url: https://models.example.com/\nmodel: m\nca_file: none.pem\n', 'ca_file: cannot be read'],
    ['url: [', 'is neither YAML nor JSON'],
  ])('%j', (text, fault) => {
    expect(faultsOf(text)).toContain(fault);
  });

  test('where there is no file', () => {
    const read = readAiEndpoint(join(directory, 'none.yaml'));
    expect(read.ok ? '' : read.error.join()).toContain('none.yaml cannot be read');
  });
});
