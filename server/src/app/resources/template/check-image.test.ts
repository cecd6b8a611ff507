import { describe, expect, test } from '@jest/globals';
import { checkImage } from './check-image.ts';

const CREDENTIALS = 'must not contain credentials';
const INVALID = 'must be a valid https URL';

describe('the address of an image', () => {
  test.each([
    'builtin:debian-12',
    'https://images.example.com/debian-12.qcow2',
    'https://images.example.com/a@b.qcow2',
    'https://images.example.com:8443/a%40b.qcow2',
    'https://[2001:db8::1]/debian.qcow2?version=12&arch=x86_64',
    'https://images.example.com/monkey=1/x.qcow2?signed=no&authors=us',
  ])('%s is accepted', (image) => {
    expect(checkImage(image)).toEqual([]);
  });

  test.each([
    ['https://user:pass@img.example/x', CREDENTIALS],
    ['https://user@img.example/x', CREDENTIALS],
    ['https://@img.example/x', CREDENTIALS],
    ['https://user%3Apass@img.example/x', CREDENTIALS],
    ['https://us/er:pass@img.example/x', CREDENTIALS],
    ['https://user:12/34@img.example/x', CREDENTIALS],
    ['https://user:pa/ss@img.example/x.qcow2', INVALID],
    ['https://user:p#w@h/x', INVALID],
    ['https://user:p?w@h/x', INVALID],
    ['https://img.example\\@evil/x', INVALID],
    ['https://img.example:99999/x', INVALID],
    ['https:///x', INVALID],
    ['https://img.example/x#access_token=abc', 'must not have a fragment'],
    ['https://img.example/x?a=1&X-Amz-Signature=dead', CREDENTIALS],
    ['https://img.example/x?x-amz-credential=AKIA', CREDENTIALS],
    ['https://img.example/x?X%2DAmz%2DSecurity%2DToken=a', CREDENTIALS],
    ['https://img.example/x?X-Goog-Signature=a', CREDENTIALS],
    ['https://img.example/x?AWSAccessKeyId=a', CREDENTIALS],
    ['https://img.example/x?GoogleAccessId=a', CREDENTIALS],
    ['https://img.example/x?Signature=a', CREDENTIALS],
    ['https://img.example/x?sv=2022-11-02&sig=a', CREDENTIALS],
    ['https://img.example/x?token=a', CREDENTIALS],
    ['https://img.example/x?access_token=a', CREDENTIALS],
    ['https://img.example/x?PRIVATE-TOKEN=a', CREDENTIALS],
    ['https://img.example/x?api_key=a', CREDENTIALS],
    ['https://img.example/x?client_secret=a', CREDENTIALS],
    ['https://img.example/x?user=u;password=a', CREDENTIALS],
    ['https://img.example/hdnts=exp~hmac/x.qcow2', CREDENTIALS],
    ['https://img.example/x;token=a', CREDENTIALS],
  ])('%s is refused: %s', (image, message) => {
    expect(checkImage(image)).toMatchObject([
      { code: 'validation-failed', fields: [{ path: ['image'], message }] },
    ]);
  });

  test('is refused with the name of the parameter, not with its value', () => {
    const [found] = checkImage('https://img.example/x?X-Amz-Signature=deadbeef');
    expect(found?.detail).toBe(
      'The address of the image has the parameter X-Amz-Signature, which carries a credential.',
    );
    expect(JSON.stringify(found)).not.toContain('deadbeef');
  });
});
