import { describe, expect, test } from '@jest/globals';
import { createPendingWrites } from './pending-writes.ts';

const LOST = new Error('lost');
const isLost = (cause: unknown) => cause === LOST;

/** Writes with the keys `key-1`, `key-2` …, and what was sent. */
function start() {
  let made = 0;
  const writes = createPendingWrites(() => {
    made += 1;
    return `key-${made}`;
  });
  const sent: string[] = [];
  const send = (text: string, answer: () => Promise<string>) =>
    writes.send(text, isLost, (key) => {
      sent.push(`${text} ${key}`);
      return answer();
    });
  return { send, sent };
}

const refuse = (cause: Error) => () => Promise.reject(cause);
const accept = () => Promise.resolve('accepted');

describe('writes', () => {
  test('one that is pressed twice is sent once, and both presses get its answer', async () => {
    const { send, sent } = start();
    const answers = await Promise.all([send('create a', accept), send('create a', accept)]);
    expect(answers).toEqual(['accepted', 'accepted']);
    expect(sent).toEqual(['create a key-1']);
  });

  test('one whose answer was lost is sent again with its key', async () => {
    const { send, sent } = start();
    await expect(send('create a', refuse(LOST))).rejects.toBe(LOST);
    await expect(send('create a', accept)).resolves.toBe('accepted');
    expect(sent).toEqual(['create a key-1', 'create a key-1']);
  });

  test('one that was answered or refused is another one the next time', async () => {
    const { send, sent } = start();
    await send('create a', accept);
    const refused = new Error('refused');
    await expect(send('create a', refuse(refused))).rejects.toBe(refused);
    await send('create a', accept);
    expect(sent).toEqual(['create a key-1', 'create a key-2', 'create a key-3']);
  });

  test('another input has another key', async () => {
    const { send, sent } = start();
    await Promise.all([send('create a', accept), send('create b', accept)]);
    expect(sent).toEqual(['create a key-1', 'create b key-2']);
  });

  test('keys of the latest hundred lost answers are kept', async () => {
    const { send, sent } = start();
    for (let count = 0; count <= 100; count += 1) {
      await expect(send(`create ${count}`, refuse(LOST))).rejects.toBe(LOST);
    }
    await send('create 100', accept);
    await send('create 0', accept);
    expect(sent.slice(-2)).toEqual(['create 100 key-101', 'create 0 key-102']);
  });
});
