import { describe, expect, test } from '@jest/globals';
import { readMessage } from './read-message.ts';

const EVENT = {
  id: 'evt_1',
  position: 7,
  type: 'vm.create.succeeded',
  target: 'vm_1',
  priority: 'high',
  source: 'server',
  at: '2026-11-26T08:00:00Z',
  data: { name: '</script>' },
};

const read = (message: unknown) => readMessage(JSON.stringify(message));

describe('messages of the event stream', () => {
  test('an event is read as it is', () => {
    expect(read({ type: 'event', event: EVENT })).toEqual({ kind: 'event', event: EVENT });
  });

  test('an event of a newer server may have other fields, and may lack some', () => {
    expect(read({ type: 'event', event: { position: 7, type: 'vm.moved', hue: 3 } })).toEqual({
      kind: 'event',
      event: {
        id: '7',
        position: 7,
        type: 'vm.moved',
        target: '',
        priority: 'normal',
        source: '',
        at: '',
        data: {},
      },
    });
  });

  test('heartbeats and problems are read', () => {
    expect(read({ type: 'heartbeat', position: 9 })).toEqual({ kind: 'heartbeat', position: 9 });
    expect(read({ type: 'problem', problem: { code: 'resume-expired' } })).toEqual({
      kind: 'problem',
      code: 'resume-expired',
    });
    expect(read({ type: 'problem' })).toEqual({ kind: 'problem', code: 'internal' });
  });

  test.each([
    ['no JSON', '{"type":"ev'],
    ['an empty text', ''],
    ['nothing', undefined],
    ['null', 'null'],
    ['a number', '3'],
    ['a list', '[{"type":"event"}]'],
    ['bytes', new Uint8Array([1, 2])],
    ['a type that is not known', '{"type":"weather"}'],
    ['an event without content', '{"type":"event"}'],
    ['an event that is a text', '{"type":"event","event":"vm"}'],
    ['an event without position', '{"type":"event","event":{"type":"vm.moved"}}'],
    ['a position that is a text', '{"type":"event","event":{"type":"vm.moved","position":"7"}}'],
    ['a heartbeat without position', '{"type":"heartbeat"}'],
  ])('%s is ignored', (_what, text) => {
    expect(readMessage(text)).toEqual({ kind: 'unknown' });
  });
});
