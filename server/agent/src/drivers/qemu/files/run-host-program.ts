/** Runs programs that change the host, such as its networks. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { passingTrouble, reasonOf } from './trouble.ts';

/**
 * Runs a program to its end.
 * @param input - what it reads from its standard input
 * @returns what it wrote; rejects with a `retry` trouble where it fails, with what it said
 */
export async function runHostProgram(
  program: string,
  args: readonly string[],
  input = '',
): Promise<string> {
  const child = spawn(program, [...args], { stdio: ['pipe', 'pipe', 'pipe'], cwd: '/' });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  // A program that ends early does not read its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  try {
    const [output, trouble, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      ended,
    ]);
    if (code === 0) return output;
    throw new Error(trouble.trim() === '' ? `it ended with ${code}` : trouble.trim());
  } catch (cause) {
    throw passingTrouble(`${program} ${args.join(' ')} failed: ${reasonOf(cause)}.`, cause);
  }
}
