import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Bmc, startBmc } from '../../../../test/support/services/start-bmc.ts';
import { compareHosts } from '../../app/resources/node/host-identity.ts';
import { createIpmiDevice } from './create-ipmi-device.ts';

jest.setTimeout(60_000);

const GUID = 'a123456789abcdefa123456789abcdef';

describe('a management controller that speaks IPMI', () => {
  let bmc: Bmc;
  beforeEach(async () => {
    bmc = await startBmc(GUID);
  });
  afterEach(() => bmc.remove());

  test('says whether its machine is on, and which it is', async () => {
    const read = await createIpmiDevice(bmc.access).read();
    expect(read).toMatchObject({ ok: true, value: { power: 'on' } });
    if (!read.ok) return;
    expect(compareHosts(GUID, read.value.uuid)).toBe('same');
  });

  test('switches the power off at once', async () => {
    const device = createIpmiDevice(bmc.access);
    expect(await device.powerOff()).toEqual({ ok: true, value: undefined });
    expect(bmc.power()).toBe('off');
    expect(await device.read()).toMatchObject({ value: { power: 'off' } });
  });

  test('refuses another password', async () => {
    const device = createIpmiDevice({ ...bmc.access, password: 'wrong' });
    expect(await device.powerOff()).toEqual({
      ok: false,
      error: expect.stringMatching(/Unable to establish|RAKP/),
    });
    expect(bmc.power()).toBe('on');
  });

  test('that does not answer is said so', async () => {
    await bmc.kill();
    expect(await createIpmiDevice(bmc.access).read()).toMatchObject({
      ok: false,
      error: expect.stringContaining('Unable to establish'),
    });
  });

  test.each(['freezes', 'dies'] as const)(
    'that %s when it is ordered to switch off is not known to have done so',
    async (manner) => {
      const lost = await startBmc(GUID, manner);
      try {
        const device = createIpmiDevice(lost.access);
        expect(await device.read()).toMatchObject({ ok: true });
        expect(await device.powerOff()).toMatchObject({ ok: false });
        expect(await device.read()).toMatchObject({
          ok: false,
          error: expect.stringContaining('Unable to establish'),
        });
      } finally {
        await lost.remove();
      }
    },
  );

  test('is not asked where ipmitool is missing', async () => {
    expect(await createIpmiDevice(bmc.access, 'no-such-ipmitool').read()).toEqual({
      ok: false,
      error: 'cannot be asked: no-such-ipmitool is missing',
    });
  });
});
