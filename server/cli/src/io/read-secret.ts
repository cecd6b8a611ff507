/** Reads a secret: typed without being shown, or piped in. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Streams of a secret and its prompt. */
interface SecretStreams {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: { readonly write: (text: string) => unknown };
}

/**
 * Asks on a terminal and reads one line; otherwise reads all that is piped in.
 * @returns undefined when the person gives up with ^C or ^D
 */
export async function readSecret(
  { input, output }: SecretStreams,
  prompt: string,
): Promise<string | undefined> {
  if (input.isTTY !== true) return text(input);
  output.write(prompt);
  // The line editor of Node.js shows what is typed on its output, which is nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const typed = await new Promise<string | undefined>((resolve) => {
    lines.once('line', (line) => resolve(applyErasures(line)));
    lines.once('SIGINT', () => resolve(undefined));
    lines.once('close', () => resolve(undefined));
  });
  lines.close();
  output.write('\n');
  return typed;
}

/** Applies backspaces: with TERM=dumb Node.js edits nothing and passes the key on. */
function applyErasures(line: string): string {
  const kept: string[] = [];
  for (const character of line) {
    if (character === '\u007f' || character === '\b') kept.pop();
    else kept.push(character);
  }
  return kept.join('');
}
