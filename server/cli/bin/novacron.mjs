#!/usr/bin/env node
/** The `novacron` command: hands the process over to `runCli` and ends with its exit code. */
import { existsSync, readFileSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(main)) {
  process.stderr.write('novacron is not built yet: run `make setup` in its checkout.\n');
  process.exit(1);
}
for (const stream of [process.stdout, process.stderr]) {
  // A reader that has seen enough, such as `head`, is no trouble and gets no message.
  stream.on('error', (cause) => process.exit(cause.code === 'EPIPE' ? 0 : 1));
}
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const { runCli } = await import(main.href);
const { createNodeIo } = await import(new URL('../dist/node-io.js', import.meta.url).href);
const code = await runCli(process.argv.slice(2), process.env, createNodeIo({ version }));
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
