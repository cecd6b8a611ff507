import { expect, test } from '@jest/globals';
import { toLogText } from './log-lines.ts';

test('writes events of a playbook as lines of words, and leaves all else', () => {
  const log = [
    '{"event": "play", "play": "web"}',
    '{"event": "task", "task": "install"}',
    '{"event": "changed", "host": "web-1", "task": "install", "took_ms": 12}',
    '{"event": "failed", "host": "web-2", "message": "no room"}',
    '{"event": "end", "ok": 1, "changed": 1, "failed": 1, "unreachable": 0, "skipped": 0}',
    'ERROR! {"event"',
    '{"event": "pla',
  ].join('\n');
  expect(toLogText(log).split('\n')).toEqual([
    'PLAY web',
    'TASK install',
    'changed     web-1 (12 ms)',
    'failed      web-2: no room',
    'END ok 1, changed 1, failed 1, unreachable 0, skipped 0',
    'ERROR! {"event"',
    '{"event": "pla',
  ]);
});
