/** Lines that a person types, with history and completion, or the lines of a pipe. */
import { createInterface } from 'node:readline';
import type { LineRequest } from './cli-io.ts';

/** Streams of the prompts and the lines typed. */
interface LineStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly isTerminal: boolean;
}

/** Reads lines until the input ends; on a terminal ^C drops the line, and ^D ends. */
export async function* readLines(
  { input, output, isTerminal }: LineStreams,
  { prompt, complete }: LineRequest,
): AsyncIterable<string> {
  const lines = createInterface({
    input,
    ...(isTerminal ? { output } : {}),
    terminal: isTerminal,
    completer: (line: string) => complete(line).map((part) => part),
  });
  const ask = () => {
    if (!isTerminal) return;
    lines.setPrompt(prompt());
    lines.prompt();
  };
  lines.on('SIGINT', () => {
    lines.write(null, { ctrl: true, name: 'u' });
    output.write('\n');
    ask();
  });
  ask();
  try {
    for await (const line of lines) {
      yield line;
      ask();
    }
    if (isTerminal) output.write('\n');
  } finally {
    lines.close();
  }
}
