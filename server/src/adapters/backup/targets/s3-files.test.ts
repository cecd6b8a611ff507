import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, expect, jest, test } from '@jest/globals';
import { openS3Files } from './s3-files.ts';
import { S3_KEYS, S3_REGION } from './test-kit/play-s3.ts';

const silent = createServer(() => undefined);

afterEach(() => {
  jest.useRealTimers();
  silent.closeAllConnections();
  silent.close();
});

test('a service that accepts connections and never answers fails a request', async () => {
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const files = await openS3Files({
    kind: 's3',
    endpoint: `http://127.0.0.1:${port}`,
    region: S3_REGION,
    bucket: 'backups',
    prefix: '',
    credentials: { ...S3_KEYS, sessionToken: undefined },
  });
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  const listing = expect(files.list()).rejects.toThrow('GET was not answered within 120 s');
  jest.advanceTimersByTime(120_000);
  await listing;
});
