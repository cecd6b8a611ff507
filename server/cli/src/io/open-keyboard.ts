/** The keyboard of a terminal byte by byte, or the input of a pipe. */
import type { ReadStream } from 'node:tty';
import type { Keyboard, KeyboardListener } from './cli-io.ts';

/** Opens an input, which is not read before `begin`. On a terminal each key arrives at once. */
export function openKeyboard(
  input: Pick<ReadStream, 'isTTY' | 'setRawMode' | 'on' | 'off' | 'pause' | 'resume'>,
  { onBytes, onEnd }: KeyboardListener,
): Keyboard {
  const isTerminal = input.isTTY === true;
  let hasBegun = false;
  return {
    isTerminal,
    begin: () => {
      hasBegun = true;
      if (isTerminal) input.setRawMode(true);
      input.on('data', onBytes);
      input.on('end', onEnd);
      input.resume();
    },
    close: () => {
      if (!hasBegun) return;
      hasBegun = false;
      if (isTerminal) input.setRawMode(false);
      input.off('data', onBytes);
      input.off('end', onEnd);
      input.pause();
    },
  };
}
