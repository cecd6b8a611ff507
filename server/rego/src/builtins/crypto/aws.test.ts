import { describe, expect, test } from '@jest/globals';
import { evaluateRego } from '../../evaluate-query.ts';

// The keys and the moment of the example in AWS's description of Signature Version 4.
const CONFIG = {
  aws_access_key: 'AKIAIOSFODNN7EXAMPLE',
  aws_secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  aws_service: 's3',
  aws_region: 'us-east-1',
};
const MOMENT = '1369353600000000000';

function sign(request: unknown, config: unknown = CONFIG, moment = MOMENT): unknown {
  const query = `x := providers.aws.sign_req(input.request, input.config, ${moment})`;
  const input = { request, config };
  const result = evaluateRego({ modules: {}, query, input, builtinErrors: 'fail' });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value[0]?.x;
}

describe('providers.aws.sign_req', () => {
  test('a request gets the signature that AWS gives as an example', () => {
    const url = 'https://examplebucket.s3.amazonaws.com/test.txt';
    const signed = sign({ method: 'GET', url, headers: { Range: 'bytes=0-9' } });
    const signature = 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41';
    expect(signed).toMatchObject({
      headers: {
        Range: 'bytes=0-9',
        'x-amz-date': '20130524T000000Z',
        Authorization: expect.stringContaining(`Signature=${signature}`),
      },
    });
  });

  test.each([
    [{}, CONFIG, MOMENT, 'request parameters(s) are missing: {"method", "url"}'],
    [{ method: 1, url: 'a' }, CONFIG, MOMENT, 'request parameters(s) are not strings: {"method"}'],
    [{ method: 'a', url: 'a' }, CONFIG, MOMENT, 'operand 1: "a" is not a URL'],
    [{ method: 'a', url: 'http://a' }, {}, MOMENT, 'AWS parameters(s) are missing'],
    [{ method: 'a', url: 'http://a' }, CONFIG, '-1', 'operand 3 cannot be a time'],
  ])('%j is refused with the reason', (request, config, moment, message) => {
    expect(() => sign(request, config, moment)).toThrow(message);
  });
});
