import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { JsonObject } from '@novacron/contract/json';
import { certificateIn, keyIn } from '../../../test/support/services/certificate-files.ts';
import { makeCertificate } from '../../../test/support/services/make-certificate.ts';
import { makeOwnedDirectory } from '../../../test/support/services/own-process.ts';
import { type NatsServer, startNats } from '../../../test/support/services/start-nats.ts';
import { waitUntil } from '../../../test/support/src/wait-until.ts';
import type { Bus } from './bus.ts';
import { describeBus, KEPT_SUBJECT_OF_SUITE } from './bus-suite.ts';
import { streamOf } from './jetstream-retention.ts';
import { MESSAGES_WAITING_MAX } from './nats-connection.ts';
import { MESSAGE_BYTES_MAX, type NatsBusOptions, openNatsBus } from './open-nats-bus.ts';

let server: NatsServer;
const buses: Bus[] = [];
const faults: unknown[] = [];

beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.remove());
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.close();
  faults.splice(0);
});

async function openBus(options: Partial<NatsBusOptions> = {}): Promise<Bus> {
  const opened = await openNatsBus({
    servers: server.url,
    retainedSubjects: ['test.kept'],
    onFault: (subject, cause) => faults.push([subject, cause]),
    ...options,
  });
  if (!opened.ok) throw new Error(opened.error.detail);
  buses.push(opened.value);
  return opened.value;
}

async function forgetStream(subject: string): Promise<void> {
  const connection = await connect({ servers: server.url });
  const manager = await jetstreamManager(connection);
  await manager.streams.delete(streamOf(subject)).catch(() => {});
  await connection.close();
}

describeBus('NATS', async (timers) => {
  await forgetStream(KEPT_SUBJECT_OF_SUITE);
  return openBus({ timers, retainedSubjects: [KEPT_SUBJECT_OF_SUITE] });
});

/** Publishes until a subscriber receives it: what is sent while NATS goes away is lost. */
function publishUntil(bus: Bus, subject: string, heard: readonly JsonObject[]) {
  const before = heard.length;
  return waitUntil(`a message on ${subject}`, () => {
    bus.publish(subject, { n: 1 });
    return heard.length > before ? 'yes' : undefined;
  });
}

describe('two processes on one nats-server', () => {
  test('hear each other, and one of several responders answers', async () => {
    const [left, right] = [await openBus(), await openBus()];
    const heard: JsonObject[] = [];
    const asked: string[] = [];
    right.subscribe('test.a', (message) => heard.push(message));
    for (const [name, bus] of [
      ['left', left],
      ['right', right],
    ] as const) {
      bus.respond('test.b', async () => {
        asked.push(name);
        return { name };
      });
    }
    await publishUntil(left, 'test.a', heard);
    const third = await openBus();
    expect(await third.request('test.b', {}, { timeoutMs: 5_000 })).toMatchObject({ ok: true });
    expect(asked).toHaveLength(1);
  });

  test('an invalid message is only logged', async () => {
    const bus = await openBus();
    const heard: JsonObject[] = [];
    bus.subscribe('test.garbage', (message) => heard.push(message));
    await publishUntil(bus, 'test.garbage', heard);
    const stranger = await connect({ servers: server.url });
    stranger.publish('test.garbage', '{not json');
    await stranger.flush();
    await stranger.close();
    await publishUntil(bus, 'test.garbage', heard);
    expect(faults).toMatchObject([['test.garbage', expect.anything()]]);
  });
});

describe('while nats-server is away', () => {
  test('requests are refused at once, messages wait, and all goes on when it is back', async () => {
    const [asker, answerer] = [await openBus(), await openBus()];
    const heard: JsonObject[] = [];
    answerer.subscribe('test.news', (message) => heard.push(message));
    answerer.respond('test.echo', async (message) => message);
    answerer.respond('test.never', () => new Promise(() => {}));
    await publishUntil(asker, 'test.news', heard);

    const underWay = asker.request('test.never', {}, { timeoutMs: 60_000 });
    await server.kill();
    expect(await underWay).toMatchObject({
      ok: false,
      error: {
        code: 'unavailable',
        detail: 'The connection to the message bus broke before an answer came.',
        remedy: expect.stringContaining('Ask for the outcome'),
      },
    });
    expect(await asker.request('test.echo', {}, { timeoutMs: 60_000 })).toMatchObject({
      error: {
        code: 'unavailable',
        detail: 'The message bus is unavailable, so the request was not sent.',
      },
    });
    expect(await asker.replay('test.kept', { from: 1, limit: 1 })).toMatchObject({
      error: { code: 'unavailable' },
    });
    const late: JsonObject[] = [];
    asker.subscribe('test.late', (message) => late.push(message));
    for (const n of [1, 2, 3]) asker.publish('test.late', { n });

    await server.restart();
    await waitUntil('messages that waited', () => (late.length === 3 ? 'yes' : undefined));
    expect(late).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await publishUntil(asker, 'test.news', heard);
    expect(await asker.request('test.echo', { n: 7 }, { timeoutMs: 5_000 })).toEqual({
      ok: true,
      value: { n: 7 },
    });
  });

  test('messages beyond the limit are dropped, and their number is reported', async () => {
    const dropped: number[] = [];
    const states: string[] = [];
    const onLink = (state: string): number => states.push(state);
    const bus = await openBus({ onLink, onDropped: (count) => dropped.push(count) });
    const down = bus.request('test.unanswered', {}, { timeoutMs: 60_000 });
    await server.kill();
    await down;
    await waitUntil('the bus to notice', async () => {
      const answer = await bus.request('test.unanswered', {}, { timeoutMs: 60_000 });
      return !answer.ok && answer.error.detail.includes('not sent') ? 'yes' : undefined;
    });
    for (let n = 0; n < MESSAGES_WAITING_MAX + 7; n += 1) bus.publish('test.many', { n });
    await server.restart();
    await waitUntil('the count', () => (dropped.length > 0 ? 'yes' : undefined));
    expect(dropped).toEqual([7]);
    expect(states).toEqual(['down', 'up']);
  });

  test('closing does not wait for it', async () => {
    const bus = await openBus();
    await server.kill();
    await bus.close();
    await server.restart();
  });
});

describe('kept messages', () => {
  const keep = (position: number) => ({ keep: { messageId: `m${position}`, position } });

  async function publishKept(bus: Bus, positions: readonly number[]): Promise<void> {
    for (const position of positions) bus.publish('test.kept', { n: position }, keep(position));
    const last = positions.at(-1) ?? 0;
    await waitUntil('the last to be kept', async () => {
      const answer = await bus.replay('test.kept', { from: last, limit: 1 });
      return answer.ok && answer.value.length > 0 ? 'yes' : undefined;
    });
  }

  test('that were published again later are replayed at their position', async () => {
    await forgetStream('test.kept');
    const bus = await openBus();
    const late = [3, 50, 98];
    const positions = Array.from({ length: 100 }, (_, index) => index + 1);
    await publishKept(
      bus,
      positions.filter((position) => !late.includes(position)),
    );
    await publishKept(bus, late);
    const replay = async (from: number, limit: number) => {
      const answer = await bus.replay('test.kept', { from, limit });
      return answer.ok ? answer.value.map(({ position }) => position) : answer.error;
    };
    const all = await waitUntil('the late ones to be kept', async () => {
      const replayed = await replay(1, 1_000);
      return Array.isArray(replayed) && replayed.length === positions.length ? replayed : undefined;
    });
    expect(all).toEqual(positions);
    for (const from of [2, 3, 49, 51, 90, 98, 99, 100]) {
      expect(await replay(from, 5)).toEqual(positions.slice(from - 1, from + 4));
    }
    expect(await replay(101, 5)).toEqual([]);
  });

  test('outlive a killed server, and are found from any position', async () => {
    await forgetStream('test.kept');
    const bus = await openBus();
    const positions = Array.from({ length: 300 }, (_, index) => 11 + index * 2);
    await publishKept(bus, positions);
    await server.kill();
    await server.restart();
    await waitUntil('the bus to be back', async () => {
      return (await bus.replay('test.kept', { from: 11, limit: 1 })).ok ? 'yes' : undefined;
    });
    for (const from of [11, 12, 13, 308, 609, 610, 700]) {
      const answer = await bus.replay('test.kept', { from, limit: 200 });
      const expected = positions.filter((position) => position >= from).slice(0, 200);
      expect(answer.ok && answer.value.map(({ position }) => position)).toEqual(expected);
    }
    expect(await bus.replay('test.kept', { from: 10, limit: 1 })).toMatchObject({
      ok: false,
      error: {
        code: 'not-found',
        detail: 'The messages on test.kept before position 11 have been deleted.',
        data: { reason: 'resume-expired', oldest: 11 },
      },
    });
  });

  test('are kept again by a server that comes back without its data', async () => {
    const bus = await openBus();
    await forgetStream('test.kept');
    await server.kill();
    await server.restart();
    await waitUntil('the stream', async () => {
      bus.publish('test.kept', { n: 1 }, keep(1));
      const answer = await bus.replay('test.kept', { from: 1, limit: 1 });
      return answer.ok && answer.value.length === 1 ? 'yes' : undefined;
    });
    faults.splice(0);
  });
});

describe('limits', () => {
  test('a message longer than NATS takes is refused, and breaks nothing', async () => {
    const bus = await openBus();
    const message = { text: 'x'.repeat(MESSAGE_BYTES_MAX) };
    expect(await bus.request('test.long', message, { timeoutMs: 5_000 })).toMatchObject({
      error: { code: 'payload-too-large', detail: expect.stringContaining('1000000 bytes') },
    });
    bus.publish('test.long', message);
    expect(faults).toMatchObject([['test.long', { message: expect.stringContaining('1000000') }]]);
    bus.respond('test.long', async () => message);
    expect(await bus.request('test.long', {}, { timeoutMs: 5_000 })).toMatchObject({
      error: { code: 'internal' },
    });
  });

  test.each(['', 'a b', 'a.b*', 'a.>', 'a..b', 'a\r\nPUB x'])(
    '%j is not a subject, and a bug',
    async (subject) => {
      const bus = await openBus();
      expect(() => bus.publish(subject, {})).toThrow('is a subject');
      expect(() => bus.subscribe(subject, () => {})).toThrow('is a subject');
    },
  );

  test('nothing is published or asked at many places at once', async () => {
    const bus = await openBus();
    expect(() => bus.publish('a.*', {})).toThrow('is a subject');
    expect(() => bus.respond('a.*', async () => ({}))).toThrow('is a subject');
  });
});

describe('opening', () => {
  test.each([
    ['http://127.0.0.1:4222', 'bad-url', 'is not a NATS URL'],
    ['', 'bad-url', 'is not a NATS URL'],
    ['nats://127.0.0.1:1', 'unreachable', 'cannot be reached'],
  ])('refuses %j as %s', async (servers, reason, says) => {
    const opened = await openNatsBus({ servers });
    expect(opened).toMatchObject({ ok: false, error: { code: 'unavailable', data: { reason } } });
    expect(opened.ok || opened.error.detail).toContain(says);
    expect(opened.ok || opened.error.remedy).toContain('start again');
  });

  test('says that a server offers no TLS', async () => {
    expect(await openNatsBus({ servers: server.url.replace('nats:', 'tls:') })).toMatchObject({
      error: {
        remedy: 'Give nats-server a certificate (tls in its configuration), and start again.',
        data: { reason: 'tls-failed' },
      },
    });
  });

  test('refuses a server that wants a password, and takes it from the URL', async () => {
    const guarded = await startNats({ args: ['--user', 'nova', '--pass', 'p@ss'] });
    try {
      expect(await openNatsBus({ servers: guarded.url })).toMatchObject({
        error: {
          data: { reason: 'access-denied' },
          remedy: expect.stringMatching(/password.*admin bus configuration.*reload/),
        },
      });
      await openBus({ servers: guarded.url.replace('nats://', 'nats://nova:p%40ss@') });
    } finally {
      await guarded.remove();
    }
  });

  test('refuses a server that keeps nothing, unless nothing is to be kept', async () => {
    const forgetful = await startNats({ jetstream: 'off' });
    try {
      expect(await openNatsBus({ servers: forgetful.url })).toMatchObject({
        error: {
          detail: expect.stringContaining('The message bus cannot store messages'),
          remedy: expect.stringContaining('-js'),
          data: { reason: 'jetstream-missing' },
        },
      });
      await openBus({ servers: forgetful.url, retainedSubjects: [] });
    } finally {
      await forgetful.remove();
    }
  });

  test('encrypts, and refuses a server whose certificate it does not trust', async () => {
    const { directory, remove } = makeOwnedDirectory('novacron-certificate-', undefined);
    makeCertificate(directory, { host: 'DNS:localhost', identity: undefined });
    const [caFile, keyFile] = [certificateIn(directory), keyIn(directory)];
    const guarded = await startNats({ args: ['--tls', '--tlscert', caFile, '--tlskey', keyFile] });
    try {
      const servers = guarded.url.replace('nats://127.0.0.1', 'tls://localhost');
      expect(await openNatsBus({ servers })).toMatchObject({
        error: { data: { reason: 'tls-failed' }, remedy: expect.stringContaining('certificate') },
      });
      await openBus({ servers, tls: { caFile } });
    } finally {
      await guarded.remove();
      remove();
    }
  });

  test('says that a server asks for a certificate, or that it refuses the one here', async () => {
    const made = [0, 1].map(() => makeOwnedDirectory('novacron-certificate-', undefined));
    const [own = '', strange = ''] = made.map(({ directory }) => directory);
    for (const directory of [own, strange]) {
      makeCertificate(directory, { host: 'IP:127.0.0.1', identity: undefined });
    }
    const caFile = certificateIn(own);
    const files = ['--tlscert', caFile, '--tlskey', keyIn(own)];
    const strict = await startNats({ args: ['--tlsverify', '--tlscacert', caFile, ...files] });
    try {
      const open = (tls: NatsBusOptions['tls']) =>
        openNatsBus({ servers: strict.url, tls: { caFile, ...tls } });
      expect(await open({})).toMatchObject({
        error: {
          detail: 'The message bus asks for a certificate, and this client has none.',
          remedy: expect.stringContaining('--enroll'),
          data: { reason: 'tls-failed' },
        },
      });
      const other = { certFile: certificateIn(strange), keyFile: keyIn(strange) };
      expect(await open(other)).toMatchObject({
        error: {
          detail: 'The message bus refuses the certificate of this client.',
          data: { reason: 'tls-failed' },
        },
      });
    } finally {
      await strict.remove();
      for (const { remove } of made) remove();
    }
  });
});
