/** Plays other people's HTTP servers in a suite, by nock. */
import { afterAll, afterEach, beforeEach } from '@jest/globals';
import nock from 'nock';

export { nock };

/**
 * Lets each test of a suite define answers with `nock`; every other request is refused. Suites
 * share a process, and with it node:http: nock has it only while this suite runs. Where it was left
 * in place, TLS connections of later suites never became secure.
 */
export function playHttp(): void {
  beforeEach(() => {
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => {
    nock.abortPendingRequests();
    nock.cleanAll();
    nock.enableNetConnect();
  });
  afterAll(() => nock.restore());
}
