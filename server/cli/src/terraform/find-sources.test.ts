import { expect, test } from '@jest/globals';
import { createSourceFinder } from './find-sources.ts';

test('a file that cannot be read is reported once, and the others are searched', async () => {
  const texts = new Map([['infra/b.tf', 'resource "novacron_vm" "web" {\n}\n']]);
  const noted: string[] = [];
  const io = {
    listFiles: async () => ['infra/a.tf', ...texts.keys()],
    readText: async (path: string) => {
      const text = texts.get(path);
      if (text === undefined) throw new Error('not valid UTF-8 (line 1)');
      return text;
    },
    stderr: { isTerminal: false, write: (text: string) => void noted.push(text) },
  };
  const find = await createSourceFinder(io, 'infra', { moduleSources: new Map() });
  const web = { moduleAddress: '', type: 'novacron_vm', label: 'web' };
  expect(await find(web)).toMatchObject({ file: 'infra/b.tf', block: { row: 1 } });
  expect(await find({ ...web, label: 'db' })).toBeUndefined();
  expect(noted).toEqual([
    'cannot read a configuration from infra/a.tf: not valid UTF-8 (line 1); ' +
      'source lines are not shown\n',
  ]);
});
