/** The language server in a process of its own, spoken to over its standard input and output. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LspClient, type LspMessage } from '../../../test-kit/lsp-client.ts';
import { writeFrame } from './rpc/read-frames.ts';

const LIB = `# METADATA
# title: Sizes
# description: What a VM may have
package lib.sizes

# METADATA
# title: The largest size
largest := 64

double(x) := x * 2
`;

const SIZE = `package size

import data.lib.sizes

deny contains msg if {
	input.resource.memory_gb > sizes.largest
	msg := sprintf("🐘 %v is too much", [count(input.resource.name)])
}
`;

let folder = '';
let client: LspClient;
const uriOf = (file: string) => pathToFileURL(join(folder, file)).href;

function begin(): void {
  folder = mkdtempSync(join(tmpdir(), 'novacron-lsp-'));
  for (const [file, text] of Object.entries({ 'lib/sizes.rego': LIB, 'size/size.rego': SIZE })) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  client = new LspClient();
}

function end(): void {
  client.close();
  rmSync(folder, { recursive: true, force: true });
}

async function initialize(more: object = {}): Promise<LspMessage> {
  const answer = await client.request('initialize', {
    processId: null,
    capabilities: {},
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'policies' }],
    ...more,
  });
  client.notify('initialized', {});
  return answer;
}

function open(file: string, text: string): void {
  const textDocument = { uri: uriOf(file), languageId: 'rego', version: 1, text };
  client.notify('textDocument/didOpen', { textDocument });
}

/** The diagnostics that are published after what was received before. */
async function nextDiagnostics(file: string, wanted = 'novacron'): Promise<readonly unknown[]> {
  const before = client.received.length;
  const found = await client.waitFor(
    (message) =>
      client.received.indexOf(message) >= before &&
      message.method === 'textDocument/publishDiagnostics' &&
      message.params?.uri === uriOf(file),
  );
  const diagnostics = found.params?.diagnostics;
  const list: readonly { source: string }[] = Array.isArray(diagnostics) ? diagnostics : [];
  return list.filter(({ source }) => source === wanted);
}

const at = (file: string, line: number, character: number) => ({
  textDocument: { uri: uriOf(file) },
  position: { line, character },
});

describe('a conversation', () => {
  beforeEach(begin);
  afterEach(end);

  test('begins with the capabilities, and ends with 0 after shutdown', async () => {
    const answer = await initialize();
    expect(answer.result).toMatchObject({
      capabilities: { positionEncoding: 'utf-16', hoverProvider: true },
      serverInfo: { name: 'novacron policy lsp' },
    });
    expect((await client.request('shutdown')).result).toBeNull();
    const late = await client.request('textDocument/hover', at('size/size.rego', 0, 0));
    expect(late.error).toMatchObject({ code: -32600 });
    client.notify('exit');
    expect(await client.exitCode()).toBe(0);
  });

  test.each<[string, () => void]>([
    ['exit', () => client.notify('exit')],
    ['the end of its input', () => client.hangUp()],
  ])('that ends by %s without shutdown ends with 1', async (_how, end) => {
    await initialize();
    end();
    expect(await client.exitCode()).toBe(1);
  });

  test('answers mistakes of the client, and goes on', async () => {
    const early = await client.request('textDocument/hover', at('size/size.rego', 0, 0));
    expect(early.error).toMatchObject({ code: -32002 });
    client.write('Content-Type: none\r\n\r\n');
    const malformed = await client.waitFor(({ error }) => error?.code === -32700);
    expect(malformed.error?.message).toBe('a header has no valid Content-Length');
    client.write('Content-Length: 4\r\n\r\n{"a"');
    await client.waitFor(({ error }) => error?.message === 'not JSON');
    client.write(writeFrame([]));
    await client.waitFor(({ error }) => error?.code === -32600);
    await initialize();
    expect((await client.request('textDocument/codeLens', {})).error?.code).toBe(-32601);
    expect((await client.request('textDocument/hover', {})).error?.code).toBe(-32602);
    expect((await client.request('initialize', {})).error?.code).toBe(-32600);
    client.notify('textDocument/didChange', { wrong: true });
    client.notify('textDocument/unknown', {});
    expect((await client.request('shutdown')).error).toBeUndefined();
  });

  test('reads frames that come in pieces, of several bytes a letter', async () => {
    await initialize();
    const text = 'package a\n\nx := "é🐘"\n';
    const textDocument = { uri: 'untitled:one', languageId: 'rego', version: 1, text };
    const frame = writeFrame({
      jsonrpc: '2.0',
      method: 'textDocument/didOpen',
      params: { textDocument },
    });
    for (const byte of frame) client.write(Uint8Array.of(byte));
    const answer = await client.request('textDocument/documentSymbol', {
      textDocument: { uri: 'untitled:one' },
    });
    expect(answer.result).toMatchObject([{ name: 'a', children: [{ name: 'x' }] }]);
  });

  test('answers a request that was cancelled before its turn with that', async () => {
    await initialize();
    const frames = [1001, 1002, 1003].map((id) =>
      writeFrame({
        jsonrpc: '2.0',
        id,
        method: 'textDocument/hover',
        params: at('size/size.rego', 5, 3),
      }),
    );
    const cancel = { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1003 } };
    client.write(Buffer.concat([...frames, writeFrame(cancel)]));
    const cancelled = await client.waitFor(({ id }) => id === 1003);
    expect(cancelled.error).toEqual({ code: -32800, message: 'cancelled' });
    expect((await client.waitFor(({ id }) => id === 1002)).error).toBeUndefined();
  });
});

describe('an editor', () => {
  beforeEach(begin);
  afterEach(end);

  test('may escape the characters of a URI as it likes', async () => {
    const text = 'package plus\n\ndefault limit := 1\n\nallow if input.subject.x > limit\n';
    mkdirSync(join(folder, 'a+b'));
    writeFileSync(join(folder, 'a+b/a.rego'), text);
    await initialize({ initializationOptions: { grouping: 'together' } });
    const uri = uriOf('a+b/a.rego').replace('a+b', 'a%2Bb');
    client.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'rego', version: 1, text },
    });
    const published = await client.waitFor(
      ({ method, params }) => method === 'textDocument/publishDiagnostics' && params?.uri === uri,
    );
    expect(published.params?.diagnostics).toMatchObject([{ code: 'input-mismatch' }]);
    const found = await client.request('textDocument/definition', {
      textDocument: { uri },
      position: { line: 4, character: 29 },
    });
    expect(found.result).toMatchObject([{ uri, range: { start: { line: 2 } } }]);
  });

  test('sees no mistakes of a folder that it has closed', async () => {
    writeFileSync(join(folder, 'lib/wrong.rego'), 'package lib.wrong\n\nx := y\n');
    await initialize();
    expect(await nextDiagnostics('lib/wrong.rego')).toHaveLength(1);
    const removed = [{ uri: pathToFileURL(folder).href, name: 'policies' }];
    client.notify('workspace/didChangeWorkspaceFolders', { event: { added: [], removed } });
    expect(await nextDiagnostics('lib/wrong.rego')).toEqual([]);
  });

  test('sees mistakes of all files, and their end, at positions in UTF-16', async () => {
    writeFileSync(join(folder, 'lib/wrong.rego'), 'package lib.wrong\n\nx := y\n');
    await initialize();
    expect(await nextDiagnostics('lib/wrong.rego')).toMatchObject([
      {
        code: 'unsafe-variable',
        severity: 1,
        range: { start: { line: 2, character: 5 }, end: { line: 2, character: 6 } },
      },
    ]);
    open('size/size.rego', SIZE);
    expect(await nextDiagnostics('size/size.rego')).toEqual([]);
    // Behind the elephant, which is two units long.
    const start = (SIZE.split('\n')[6] ?? '').indexOf('count');
    const rangeOf = (from: number, to: number) => ({
      start: { line: 6, character: start + from },
      end: { line: 6, character: start + to },
    });
    client.notify('textDocument/didChange', {
      textDocument: { uri: uriOf('size/size.rego'), version: 2 },
      contentChanges: [
        { range: rangeOf(0, 5), text: 'counted' },
        { range: rangeOf(5, 7), text: 'x' },
      ],
    });
    expect(await nextDiagnostics('size/size.rego')).toMatchObject([
      {
        code: 'unknown-builtin',
        message: expect.stringContaining('countx'),
        range: rangeOf(0, 6),
      },
    ]);
    client.notify('textDocument/didClose', { textDocument: { uri: uriOf('size/size.rego') } });
    expect(await nextDiagnostics('size/size.rego')).toEqual([]);
  });

  test.each([
    ['error', [{ severity: 1, range: { start: { line: 2 } } }]],
    ['warning', [{ severity: 2 }]],
    ['ignored', []],
  ])('has fields that the input lacks as %s', async (unknownInput, found) => {
    const text = 'package typo\n\nx if 1 < input.resource.memory_bg\n';
    writeFileSync(join(folder, 'size/typo.rego'), text);
    await initialize({ initializationOptions: { unknownInput } });
    open('size/typo.rego', text);
    expect(await nextDiagnostics('size/typo.rego')).toMatchObject(found);
  });

  test('sees remarks of the linter, by the configuration of the folder', async () => {
    mkdirSync(join(folder, '.regal'));
    const config = 'rules:\n  style:\n    yoda-condition: {level: ignore}\n';
    writeFileSync(join(folder, '.regal/config.yaml'), config);
    await initialize();
    open('size/size.rego', 'package size\n\nx = 1 if 2 > input.version\n');
    const found = await nextDiagnostics('size/size.rego', 'novacron policy lint');
    expect(found).toContainEqual(
      expect.objectContaining({
        code: 'use-assignment-operator',
        range: { start: { line: 2, character: 0 }, end: { line: 2, character: 1 } },
      }),
    );
    expect(found).not.toContainEqual(expect.objectContaining({ code: 'yoda-condition' }));
  });

  test('sees the configuration of the linter when it changes', async () => {
    await initialize();
    open('size/size.rego', 'package size\n\nx = 1 if input.version > 2\n');
    const rule = expect.objectContaining({ code: 'use-assignment-operator' });
    const source = 'novacron policy lint';
    expect(await nextDiagnostics('size/size.rego', source)).toContainEqual(rule);
    const write = (level: string) => {
      mkdirSync(join(folder, '.regal'), { recursive: true });
      const text = `rules:\n  style:\n    use-assignment-operator: {level: ${level}}\n`;
      writeFileSync(join(folder, '.regal/config.yaml'), text);
      const changes = [{ uri: uriOf('.regal/config.yaml'), type: 2 }];
      client.notify('workspace/didChangeWatchedFiles', { changes });
      return nextDiagnostics('size/size.rego', source);
    };
    expect(await write('ignore')).not.toContainEqual(rule);
    expect(await write('error')).toContainEqual(rule);
  });

  test('finds the uses of a rule, and renames it in all files', async () => {
    const other = `package other

import data.lib.sizes.largest

import data.lib.sizes as s

default small := false

small if largest > 1

small if {
	some largest_one in input.list
	s["largest"] < largest_one
	data.lib.sizes.double(s.largest) > 2
}
`;
    writeFileSync(join(folder, 'size/other.rego'), other);
    await initialize();
    const where = at('size/size.rego', 5, 40);
    const range = (line: number, start: number, length = 'largest'.length) => ({
      start: { line, character: start },
      end: { line, character: start + length },
    });
    const uses = [
      { uri: uriOf('size/other.rego'), range: range(8, 9) },
      { uri: uriOf('size/other.rego'), range: range(12, 4) },
      { uri: uriOf('size/other.rego'), range: range(13, 25) },
      { uri: uriOf('size/other.rego'), range: range(2, 22) },
      { uri: uriOf('size/size.rego'), range: range(5, 34) },
    ];
    const context = { includeDeclaration: false };
    const found = await client.request('textDocument/references', { ...where, context });
    expect(found.result).toEqual(uses);
    const prepared = await client.request('textDocument/prepareRename', where);
    expect(prepared.result).toEqual({ range: range(5, 34), placeholder: 'largest' });
    const own = { uri: uriOf('lib/sizes.rego'), range: range(7, 0) };
    const renamed = await client.request('textDocument/rename', { ...where, newName: 'maximum' });
    const { changes } = renamed.result as { changes: Record<string, object[]> };
    const edits = Object.entries(changes).flatMap(([uri, list]) =>
      list.map((each) => ({ uri, ...each })),
    );
    expect(edits).toEqual([own, ...uses].map((each) => ({ ...each, newText: 'maximum' })));
    // A default is a definition, too.
    const small = await client.request('textDocument/references', {
      ...at('size/other.rego', 8, 2),
      context: { includeDeclaration: true },
    });
    expect(small.result).toMatchObject(
      [range(6, 8, 5), range(8, 0, 5), range(10, 0, 5)].map((each) => ({ range: each })),
    );
  });

  test.each([
    ['double', 'the package lib.sizes already has a rule double'],
    ['with', '"with" cannot be the name of a rule'],
    ['a b', '"a b" cannot be the name of a rule'],
    ['count', 'count is a builtin'],
    ['msg', 'msg is a variable or an import of size.rego'],
  ])('is refused to rename a rule to %s', async (newName, message) => {
    await initialize();
    const where = at('size/size.rego', 5, 40);
    const { error } = await client.request('textDocument/rename', { ...where, newName });
    expect(error).toEqual({ code: -32803, message });
  });

  test('renames nothing while a text does not parse, nor what is not a rule', async () => {
    await initialize();
    const field = await client.request('textDocument/prepareRename', at('size/size.rego', 5, 20));
    expect(field.result).toBeNull();
    open('size/wrong.rego', 'package size\n\nx if\n');
    const where = { ...at('size/size.rego', 5, 40), newName: 'maximum' };
    const { error } = await client.request('textDocument/rename', where);
    expect(error?.message).toContain('wrong.rego does not parse');
  });

  test('folds rules, comments and imports', async () => {
    await initialize();
    const text = `${SIZE}\n# One\n# Two\nx := 1\n`.replace('import', 'import data.a\nimport');
    open('size/size.rego', text);
    const answer = await client.request('textDocument/foldingRange', {
      textDocument: { uri: uriOf('size/size.rego') },
    });
    expect(answer.result).toEqual([
      { startLine: 2, endLine: 3, kind: 'imports' },
      { startLine: 5, endLine: 8 },
      { startLine: 10, endLine: 11, kind: 'comment' },
    ]);
  });

  test('sees files that change on disk', async () => {
    await initialize({
      capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } },
    });
    const asked = await client.waitFor(({ method }) => method === 'client/registerCapability');
    client.write(writeFrame({ jsonrpc: '2.0', id: asked.id, result: null }));
    writeFileSync(join(folder, 'size/other.rego'), 'package size\n\nx if\n');
    const changes = [{ uri: uriOf('size/other.rego'), type: 1 }];
    client.notify('workspace/didChangeWatchedFiles', { changes });
    expect(await nextDiagnostics('size/other.rego')).toMatchObject([{ code: 'parse-error' }]);
    rmSync(join(folder, 'size/other.rego'));
    client.notify('workspace/didChangeWatchedFiles', { changes });
    expect(await nextDiagnostics('size/other.rego')).toEqual([]);
  });
});

describe('an editor that is connected', () => {
  beforeAll(async () => {
    begin();
    await initialize();
  });
  afterAll(end);

  test.each<[string, number, number, readonly string[]]>([
    ['a builtin', 6, 10, ['sprintf(string, array) -> string', 'A text made of a format']],
    ['a rule with its annotation', 5, 40, ['largest := 64', '**The largest size**']],
    ['a field of the input', 5, 20, ['input.resource.memory_gb: number', 'Unit: GB']],
    ['a package', 2, 20, ['package lib.sizes', '**Sizes**', 'What a VM may have']],
  ])('shows %s under the pointer', async (_what, line, character, texts) => {
    const answer = await client.request(
      'textDocument/hover',
      at('size/size.rego', line, character),
    );
    const { contents } = answer.result as { contents: { kind: string; value: string } };
    expect(contents.kind).toBe('markdown');
    for (const text of texts) expect(contents.value).toContain(text);
  });

  test('goes to the definition of a rule in another file, and of a package', async () => {
    const rule = await client.request('textDocument/definition', at('size/size.rego', 5, 40));
    expect(rule.result).toEqual([
      {
        uri: uriOf('lib/sizes.rego'),
        range: { start: { line: 7, character: 0 }, end: { line: 7, character: 13 } },
      },
    ]);
    const imported = await client.request('textDocument/definition', at('size/size.rego', 2, 20));
    expect(imported.result).toMatchObject([{ range: { start: { line: 3, character: 0 } } }]);
    const nothing = await client.request('textDocument/definition', at('size/size.rego', 6, 30));
    expect(nothing.result).toBeNull();
  });

  test.each<[string, string, readonly string[]]>([
    ['rules of an imported package', '\tx := sizes.', ['sizes.double', 'sizes.largest']],
    ['fields of the input', '\tx := input.resource.memory_', ['input.resource.memory_gb']],
    ['packages', 'import data.l', ['data.lib.sizes']],
    ['builtins', '\tx := time.n', ['time.now_ns']],
    ['keywords, and rules of the package', '\tde', ['default', 'deny']],
    ['nothing in a string', '\tx := "coun', []],
    ['nothing in a comment', '# coun', []],
  ])('proposes %s', async (_what, line, labels) => {
    open('size/size.rego', `${SIZE}${line}`);
    const { length: row } = SIZE.split('\n');
    const where = at('size/size.rego', row - 1, line.length);
    const { result } = await client.request('textDocument/completion', where);
    const items = result as { label: string; textEdit: { newText: string } }[];
    expect(items.map(({ label }) => label).sort()).toEqual(labels);
    expect(items.map(({ textEdit }) => textEdit.newText).sort()).toEqual(labels);
  });

  test('formats a text, and leaves one with a mistake alone', async () => {
    open('size/size.rego', 'package size\nx:=1\n');
    const textDocument = { uri: uriOf('size/size.rego') };
    const options = { tabSize: 2, insertSpaces: false };
    const request = { textDocument, options };
    expect((await client.request('textDocument/formatting', request)).result).toEqual([
      {
        range: { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } },
        newText: 'package size\n\nx := 1\n',
      },
    ]);
    client.notify('textDocument/didChange', {
      textDocument: { ...textDocument, version: 2 },
      contentChanges: [{ text: 'package size\nx:=\n' }],
    });
    expect((await client.request('textDocument/formatting', request)).result).toEqual([]);
  });

  test('has an outline', async () => {
    const answer = await client.request('textDocument/documentSymbol', {
      textDocument: { uri: uriOf('lib/sizes.rego') },
    });
    expect(answer.result).toMatchObject([
      {
        name: 'lib.sizes',
        kind: 4,
        children: [
          { name: 'largest', kind: 13, range: { start: { line: 7 }, end: { line: 7 } } },
          { name: 'double', kind: 12, detail: 'double(x) := x * 2' },
        ],
      },
    ]);
  });
});

describe('code actions', () => {
  beforeEach(begin);
  afterEach(end);

  test('are the fixes of findings, and all of them together', async () => {
    await initialize();
    const text = 'package size\n\n#a\nlimit = 64\n';
    open('size/size.rego', text);
    const textDocument = { uri: uriOf('size/size.rego') };
    const line = { start: { line: 3, character: 2 }, end: { line: 3, character: 2 } };
    const { result } = await client.request('textDocument/codeAction', {
      textDocument,
      range: line,
      context: { diagnostics: [] },
    });
    const at = (character: number) => ({ line: 3, character });
    expect(result).toEqual([
      {
        title: 'Fix use-assignment-operator: Give values with ":=" instead of "=".',
        kind: 'quickfix',
        diagnostics: [
          {
            range: { start: at(0), end: at(5) },
            message: 'Give values with ":=" instead of "=".',
          },
        ],
        edit: {
          changes: {
            [textDocument.uri]: [{ range: { start: at(6), end: at(7) }, newText: ':=' }],
          },
        },
      },
      {
        title: 'Fix all findings of the linter that have one right form',
        kind: 'source.fixAll',
        edit: {
          changes: {
            [textDocument.uri]: [
              {
                range: { start: { line: 0, character: 0 }, end: { line: 4, character: 0 } },
                newText: 'package size\n\n# a\nlimit := 64\n',
              },
            ],
          },
        },
      },
    ]);
  });

  test('are none for a text without findings that have one', async () => {
    await initialize();
    open('size/size.rego', 'package size\n\nlimit := 64\n');
    const range = { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } };
    const textDocument = { uri: uriOf('size/size.rego') };
    const { result } = await client.request('textDocument/codeAction', { textDocument, range });
    expect(result).toEqual([]);
  });
});

describe('the name of a variable', () => {
  beforeEach(begin);
  afterEach(end);

  const TEXT = [
    'package size',
    '',
    'deny contains msg if {',
    '\tsome vm in input.vms',
    '\tnames := [x | some x in vm.names; x != vm.name]',
    '\tmsg := sprintf("%s", [names])',
    '}',
    '',
    'other := vm if vm := 1',
    '',
  ].join('\n');

  async function rename(line: number, character: number, newName: string) {
    await initialize();
    open('size/size.rego', TEXT);
    const where = { ...at('size/size.rego', line, character), newName };
    return client.request('textDocument/rename', where);
  }

  test('is changed in its rule, and only there', async () => {
    const { result } = await rename(4, 27, 'machine');
    const range = (line: number, start: number) => ({
      range: { start: { line, character: start }, end: { line, character: start + 2 } },
      newText: 'machine',
    });
    expect(result).toEqual({
      changes: { [uriOf('size/size.rego')]: [range(3, 6), range(4, 25), range(4, 40)] },
    });
    const prepared = await client.request('textDocument/prepareRename', at('size/size.rego', 3, 7));
    expect(prepared.result).toMatchObject({ placeholder: 'vm' });
  });

  test.each([
    ['names', 'the rule already has a variable names'],
    ['other', 'other is a rule or an import of this file'],
    ['count', 'count is a builtin'],
    ['with', '"with" cannot be the name of a variable'],
    ['_', '"_" cannot be the name of a variable'],
  ])('is refused to be %s', async (newName, message) => {
    const { error } = await rename(3, 7, newName);
    expect(error).toEqual({ code: -32803, message });
  });
});
