/** Asks a person on a terminal, and reads one line. */
import { createInterface } from 'node:readline';

/** Streams of the question and its answer. */
interface AnswerStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks and reads the answer.
 * @returns undefined when the person gives up with ^C or ^D
 */
export async function readAnswer(
  { input, output }: AnswerStreams,
  prompt: string,
): Promise<string | undefined> {
  const lines = createInterface({ input, output, historySize: 0 });
  const typed = await new Promise<string | undefined>((resolve) => {
    lines.question(prompt, resolve);
    lines.once('SIGINT', () => resolve(undefined));
    lines.once('close', () => resolve(undefined));
  });
  lines.close();
  return typed;
}
