import { test } from '@jest/globals';
import { startFakeServer } from '../../src/transports/test-kit/start-fake-server.ts';
import { secretOf } from '../../src/transports/test-kit/fake-application.ts';
import { runInProcess } from './test-kit/run-in-process.ts';
test('e2e', async () => {
  const fake = await startFakeServer();
  for (const [line, key] of [['vm list', secretOf('admin')], ['whoami', secretOf('viewer')], ['node list', undefined], ['vm list','bad'], ['network create --name !! --cidr 10.0.0.1/8', secretOf('admin')], ['policy list', secretOf('viewer')], ['audit list', secretOf('viewer')], ['vm create --name a --cpu-cores 1 --memory-gb 1 --disk-gb 1', secretOf('admin')]] as const) {
    const r = await runInProcess(line.split(' '), { env: { NOVACRON_ENDPOINT: fake.server.url, NOVACRON_API_KEY: key ?? '' } });
    console.log(line, r.exitCode, r.stdout, r.stderr);
  }
  await fake.stop();
});
